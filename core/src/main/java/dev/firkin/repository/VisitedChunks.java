package dev.firkin.repository;

import dev.firkin.chunk.ChunkId;

/** A set of chunk ids, outside the heap. Not thread-safe. */
public final class VisitedChunks implements AutoCloseable {
  private final ChunkIndex index = new ChunkIndex();

  /** Whether the id was not in the set before. */
  public boolean add(ChunkId id) {
    if (contains(id)) {
      return false;
    }
    index.put(id, 1);
    return true;
  }

  public boolean contains(ChunkId id) {
    return index.get(id).isPresent();
  }

  public long size() {
    return index.size();
  }

  @Override
  public void close() {
    index.close();
  }
}
