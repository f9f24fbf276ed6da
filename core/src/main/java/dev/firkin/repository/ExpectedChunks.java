package dev.firkin.repository;

import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.model.ChunkRef;
import java.util.OptionalInt;

/** The stored lengths that references state, outside the heap. Filled by one thread, then read. */
public final class ExpectedChunks implements AutoCloseable {
  private final ChunkIndex index = new ChunkIndex();

  public void add(ChunkRef ref) {
    index.put(ref.id(), ref.storedBytes());
  }

  /** The length that the object of a chunk is to have; empty where nothing names it. */
  public OptionalInt storedBytes(ChunkId id) {
    return index.get(id);
  }

  @Override
  public void close() {
    index.close();
  }
}
