package dev.firkin.repository;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from chunk ids to a positive number each, outside the heap: 5 million chunks take 200 to
 * 400 MB there, where objects would take more than a small machine has.
 *
 * <p>A hash table with linear probing; ids are hashes already. Not thread-safe.
 */
final class ChunkIndex implements AutoCloseable {
  private static final int SLOT_BYTES = Hash256.BYTES + Integer.BYTES;
  private static final int VALUE_AT = Hash256.BYTES;
  private static final int FIRST_CAPACITY = 64;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** Of one that is empty: most of the 256 in a small repository stay so. */
  private static final MemorySegment NONE = small();

  /** Closing one stops every thread for a moment; so what is small lies in the heap. */
  private @Nullable Arena arena;

  private MemorySegment slots = NONE;
  private long capacity = FIRST_CAPACITY;
  private long size;

  /** The number of an id. */
  OptionalInt get(ChunkId id) {
    int value = slots.get(INT, slotOf(id) + VALUE_AT);
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Adds or replaces. */
  void put(ChunkId id, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("only positive numbers, not " + value);
    }
    if (size == 0) {
      slots = small();
    }
    long slot = slotOf(id);
    if (slots.get(INT, slot + VALUE_AT) == 0) {
      if (size >= capacity / 4 * 3) {
        grow();
        slot = slotOf(id);
      }
      size++;
      slots.set(LONG, slot, id.hash().w0());
      slots.set(LONG, slot + 8, id.hash().w1());
      slots.set(LONG, slot + 16, id.hash().w2());
      slots.set(LONG, slot + 24, id.hash().w3());
    }
    slots.set(INT, slot + VALUE_AT, value);
  }

  long size() {
    return size;
  }

  /** Hands over each id with its number, in no order; nothing may be added meanwhile. */
  void forEach(BiConsumer<ChunkId, Integer> each) {
    for (long slot = 0; slot < capacity * SLOT_BYTES; slot += SLOT_BYTES) {
      int value = slots.get(INT, slot + VALUE_AT);
      if (value != 0) {
        each.accept(idAt(slots, slot), value);
      }
    }
  }

  private static ChunkId idAt(MemorySegment slots, long slot) {
    return new ChunkId(
        new Hash256(
            slots.get(LONG, slot),
            slots.get(LONG, slot + 8),
            slots.get(LONG, slot + 16),
            slots.get(LONG, slot + 24)));
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
      arena = null;
    }
    slots = MemorySegment.NULL; // whoever asks it now fails
  }

  /** The slot that holds the id, or the free one where it would go. */
  private long slotOf(ChunkId id) {
    Hash256 hash = id.hash();
    // The first byte is the folder, which all ids of one index may share: probe by another word.
    long at = hash.w1() & (capacity - 1);
    while (true) {
      long slot = at * SLOT_BYTES;
      if (slots.get(INT, slot + VALUE_AT) == 0
          || (slots.get(LONG, slot) == hash.w0()
              && slots.get(LONG, slot + 8) == hash.w1()
              && slots.get(LONG, slot + 16) == hash.w2()
              && slots.get(LONG, slot + 24) == hash.w3())) {
        return slot;
      }
      at = (at + 1) & (capacity - 1);
    }
  }

  private void grow() {
    Arena oldArena = arena;
    MemorySegment old = slots;
    long oldCapacity = capacity;
    Arena larger = Arena.ofShared();
    arena = larger;
    capacity = oldCapacity * 2;
    slots = larger.allocate(capacity * SLOT_BYTES, Long.BYTES); // zeroed
    for (long i = 0; i < oldCapacity; i++) {
      long from = i * SLOT_BYTES;
      if (old.get(INT, from + VALUE_AT) != 0) {
        MemorySegment.copy(old, from, slots, slotOf(idAt(old, from)), SLOT_BYTES);
      }
    }
    if (oldArena != null) {
      oldArena.close();
    }
  }

  private static MemorySegment small() {
    return MemorySegment.ofArray(new long[FIRST_CAPACITY * SLOT_BYTES / Long.BYTES]);
  }
}
