package dev.firkin.bench;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.Chunks;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.Version;
import dev.firkin.store.decorator.ForwardingStore;
import java.time.Instant;
import java.util.function.Consumer;

/** A store that lists chunks by the million without having one; the rest of it is real. */
final class ImaginedChunks extends ForwardingStore {
  /** What lists say of each. */
  static final int STORED_BYTES = 100;

  private static final Instant MODIFIED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Version VERSION = new Version("imagined");

  private final long count;

  ImaginedChunks(ObjectStore store, long count) {
    super(store);
    this.count = count;
  }

  /** They are spread over the folders, and in order within each. */
  static ChunkId id(long number) {
    long folder = number % Chunks.FOLDERS;
    long inFolder = number / Chunks.FOLDERS;
    return new ChunkId(
        new Hash256(
            folder << 56 | inFolder << 30 | mix(number) >>> 34,
            mix(number + 1),
            mix(number + 2),
            mix(number + 3)));
  }

  /** The finaliser of SplittableRandom: its results look random, and are none twice. */
  private static long mix(long number) {
    long z = number * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    if (!prefix.value().startsWith("chunks/")) {
      store.list(prefix, each);
      return;
    }
    int folder = Integer.parseInt(prefix.value().substring(7, 9), 16);
    for (long number = folder; number < count; number += Chunks.FOLDERS) {
      each.accept(new ObjectInfo(Chunks.key(id(number)), STORED_BYTES, MODIFIED, VERSION));
    }
  }
}
