package dev.firkin.repository.model;

import dev.firkin.chunk.Hash256;

/** The name of a page, a hash of its plaintext. */
public record PageId(Hash256 hash) {
  /**
   * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
   */
  public static PageId parse(String hex) {
    return new PageId(Hash256.parse(hex));
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
