package dev.firkin.repository;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of chunk ids that keeps the first 16 bytes of each, outside the heap: 22 to 43 bytes a
 * chunk. What was added is always found. An id that was not is found too where another one begins
 * with the same 16 bytes; that does not happen by chance, so {@code contains} may err on the side
 * of "yes" and on no other.
 *
 * <p>Thread-safe. One table for each folder of chunks, so that they grow one at a time.
 */
public final class ChunkSet implements AutoCloseable {
  private final List<Table> tables = new ArrayList<>(Chunks.FOLDERS);

  public ChunkSet() {
    for (int i = 0; i < Chunks.FOLDERS; i++) {
      tables.add(new Table());
    }
  }

  /** Whether it was not in the set before. */
  public boolean add(ChunkId id) {
    return tables.get(Chunks.folder(id)).add(id.hash());
  }

  public boolean contains(ChunkId id) {
    return tables.get(Chunks.folder(id)).contains(id.hash());
  }

  public long size() {
    return tables.stream().mapToLong(Table::size).sum();
  }

  @Override
  public void close() {
    tables.forEach(Table::close);
  }

  /** A hash table with linear probing; ids are hashes already. Two zero words are a free slot. */
  private static final class Table {
    private static final int SLOT_BYTES = 2 * Long.BYTES;
    private static final int FIRST_CAPACITY = 64;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MemorySegment NONE = small();

    /** Closing one stops every thread for a moment; so what is small lies in the heap. */
    private @Nullable Arena arena;

    private MemorySegment slots = NONE;
    private long capacity = FIRST_CAPACITY;
    private long size;

    synchronized boolean add(Hash256 hash) {
      if (size == 0) {
        slots = small();
      }
      long slot = slotOf(first(hash), hash.w1());
      if (!isFree(slot)) {
        return false;
      }
      if (size >= capacity / 4 * 3) {
        grow();
        slot = slotOf(first(hash), hash.w1());
      }
      set(slot, first(hash), hash.w1());
      size++;
      return true;
    }

    synchronized boolean contains(Hash256 hash) {
      return !isFree(slotOf(first(hash), hash.w1()));
    }

    synchronized long size() {
      return size;
    }

    synchronized void close() {
      if (arena != null) {
        arena.close();
        arena = null;
      }
      slots = MemorySegment.NULL; // whoever asks it now fails
    }

    /** An id of zeros alone is kept as another one, or it would be a free slot. */
    private static long first(Hash256 hash) {
      return hash.w0() == 0 && hash.w1() == 0 ? 1 : hash.w0();
    }

    /** The slot that holds it, or the free one where it would go. */
    private long slotOf(long w0, long w1) {
      long at = w1 & (capacity - 1);
      while (true) {
        long slot = at * SLOT_BYTES;
        if (isFree(slot)
            || (slots.get(LONG, slot) == w0 && slots.get(LONG, slot + Long.BYTES) == w1)) {
          return slot;
        }
        at = (at + 1) & (capacity - 1);
      }
    }

    private boolean isFree(long slot) {
      return slots.get(LONG, slot) == 0 && slots.get(LONG, slot + Long.BYTES) == 0;
    }

    private void set(long slot, long w0, long w1) {
      slots.set(LONG, slot, w0);
      slots.set(LONG, slot + Long.BYTES, w1);
    }

    private void grow() {
      Arena oldArena = arena;
      MemorySegment old = slots;
      Arena larger = Arena.ofShared();
      arena = larger;
      capacity *= 2;
      slots = larger.allocate(capacity * SLOT_BYTES, Long.BYTES); // zeroed
      for (long slot = 0; slot < old.byteSize(); slot += SLOT_BYTES) {
        long w0 = old.get(LONG, slot);
        long w1 = old.get(LONG, slot + Long.BYTES);
        if (w0 != 0 || w1 != 0) {
          set(slotOf(w0, w1), w0, w1);
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
}
