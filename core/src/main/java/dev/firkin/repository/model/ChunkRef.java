package dev.firkin.repository.model;

import dev.firkin.chunk.ChunkId;

/**
 * A chunk, as a page names it.
 *
 * @param plaintextBytes length before compression, at least 1
 * @param storedBytes length of the object
 */
public record ChunkRef(ChunkId id, int plaintextBytes, int storedBytes) {
  public ChunkRef {
    if (plaintextBytes < 1 || storedBytes < 1) {
      throw new IllegalArgumentException(
          "chunk " + id + " cannot have " + plaintextBytes + " bytes stored as " + storedBytes);
    }
  }
}
