package dev.firkin.repository.model;

import dev.firkin.chunk.Hash256;

/** The name of a snapshot, a hash of its identity: the same for every push of the same snapshot. */
public record SnapshotId(Hash256 hash) {
  /**
   * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
   */
  public static SnapshotId parse(String hex) {
    return new SnapshotId(Hash256.parse(hex));
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
