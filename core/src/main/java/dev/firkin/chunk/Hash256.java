package dev.firkin.chunk;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * 32 bytes of hash, as a value: four big-endian words, so that it costs no array and compares well.
 *
 * <p>Not a secret: comparison is not constant-time.
 */
public record Hash256(long w0, long w1, long w2, long w3) {
  /** Length in bytes. */
  public static final int BYTES = 32;

  /**
   * Reads {@value #BYTES} bytes at the buffer's position, whatever its byte order, and moves it
   * past them.
   *
   * @throws BufferUnderflowException if there are fewer
   */
  public static Hash256 read(ByteBuffer in) {
    return new Hash256(word(in), word(in), word(in), word(in));
  }

  private static long word(ByteBuffer in) {
    long word = in.getLong();
    return in.order() == ByteOrder.BIG_ENDIAN ? word : Long.reverseBytes(word);
  }

  /**
   * @throws IllegalArgumentException if there are not exactly {@value #BYTES} bytes
   */
  public static Hash256 of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a hash has " + BYTES + " bytes, not " + bytes.length);
    }
    return read(ByteBuffer.wrap(bytes));
  }

  /**
   * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
   */
  public static Hash256 parse(String hex) {
    if (hex.length() != 2 * BYTES || !isLowerHex(hex)) {
      throw new IllegalArgumentException("not 64 lower-case hexadecimal digits: " + hex);
    }
    return of(HexFormat.of().parseHex(hex));
  }

  /** Writes {@value #BYTES} bytes at the buffer's position, whatever its byte order. */
  public void write(ByteBuffer out) {
    out.put(toBytes());
  }

  /** A fresh array of {@value #BYTES} bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(w0).putLong(w1).putLong(w2).putLong(w3).array();
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
