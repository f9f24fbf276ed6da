package dev.firkin.repository.model;

/**
 * What a push stored that the repository did not have, over the push's last run.
 *
 * @param plaintextBytes before compression
 */
public record Added(long chunks, long plaintextBytes, long storedBytes) {
  public Added {
    if (chunks < 0 || plaintextBytes < 0 || storedBytes < 0) {
      throw new IllegalArgumentException("less than nothing was added");
    }
  }
}
