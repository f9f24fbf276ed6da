package dev.firkin.crypt;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The 32 random bytes that every key of a repository follows from. Copied in, copied out, zeroed on
 * close; never printed.
 */
public final class RepositorySecret implements AutoCloseable {
  public static final int BYTES = 32;

  private final byte[] bytes;

  private RepositorySecret(byte[] bytes) {
    this.bytes = bytes;
  }

  public static RepositorySecret generate() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new RepositorySecret(bytes);
  }

  /**
   * @param bytes copied; the caller zeroes its own
   * @throws IllegalArgumentException if there are not exactly {@value #BYTES}
   */
  public static RepositorySecret of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a repository secret has " + BYTES + " bytes");
    }
    return new RepositorySecret(bytes.clone());
  }

  /** A copy, for the caller to zero. */
  public byte[] copyBytes() {
    return bytes.clone();
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  /** Constant-time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RepositorySecret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return RepositorySecret.class.hashCode(); // says nothing of the bytes; never a key of a map
  }

  @Override
  public String toString() {
    return "RepositorySecret[redacted]";
  }
}
