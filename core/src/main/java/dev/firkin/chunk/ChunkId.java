package dev.firkin.chunk;

/** The name of a chunk: a hash of its plaintext, keyed in an encrypted repository. */
public record ChunkId(Hash256 hash) {
  /**
   * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
   */
  public static ChunkId parse(String hex) {
    return new ChunkId(Hash256.parse(hex));
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return hash.toString();
  }
}
