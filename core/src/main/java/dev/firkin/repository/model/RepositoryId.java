package dev.firkin.repository.model;

import java.security.SecureRandom;
import java.util.HexFormat;

/** 16 random bytes that tell repositories apart, as 32 lower-case hexadecimal digits. */
public record RepositoryId(String text) {
  private static final int BYTES = 16;

  /**
   * @throws IllegalArgumentException if it is not 32 lower-case hexadecimal digits
   */
  public RepositoryId {
    if (!text.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("a repository id has 32 hexadecimal digits: " + text);
    }
  }

  public static RepositoryId generate() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new RepositoryId(HexFormat.of().formatHex(bytes));
  }

  /** A fresh array of 16 bytes. */
  public byte[] toBytes() {
    return HexFormat.of().parseHex(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
