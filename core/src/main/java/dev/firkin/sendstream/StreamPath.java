package dev.firkin.sendstream;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path or name as the kernel knows it: bytes without NUL, in no particular encoding. Immutable.
 *
 * <p>{@link #toString} shows it for people: UTF-8 where it is, otherwise, and for control
 * characters and backslashes, with {@code \xNN} escapes, so that a name cannot play tricks on a
 * terminal or on a line-based format.
 */
public final class StreamPath implements Comparable<StreamPath> {
  private static final int NAME_MAX_BYTES = 255;

  private final byte[] bytes;

  private StreamPath(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException where {@code bytes} contain a NUL
   */
  public static StreamPath of(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a path cannot contain a NUL byte");
      }
    }
    return new StreamPath(bytes.clone());
  }

  /** The UTF-8 form of {@code text}. */
  public static StreamPath of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  public int lengthBytes() {
    return bytes.length;
  }

  /** Whether this names a directory entry: 1 to 255 bytes, no slash, neither "." nor "..". */
  public boolean isPlainName() {
    if (bytes.length == 0 || bytes.length > NAME_MAX_BYTES) {
      return false;
    }
    boolean onlyDots = true;
    for (byte b : bytes) {
      if (b == '/') {
        return false;
      }
      onlyDots &= b == '.';
    }
    return !(onlyDots && bytes.length <= 2);
  }

  /** By unsigned bytes. */
  @Override
  public int compareTo(StreamPath other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamPath path && Arrays.equals(bytes, path.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(bytes.length);
    try {
      String decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      decoded
          .codePoints()
          .forEach(c -> {
            if (Character.isISOControl(c) || c == '\\' || !Character.isDefined(c)) {
              escape(text, new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8));
            } else {
              text.appendCodePoint(c);
            }
          });
    } catch (CharacterCodingException notUtf8) {
      text.setLength(0);
      for (byte b : bytes) {
        if (b >= 0x20 && b < 0x7f && b != '\\') {
          text.append((char) b);
        } else {
          escape(text, new byte[] {b});
        }
      }
    }
    return text.toString();
  }

  private static void escape(StringBuilder text, byte[] raw) {
    for (byte b : raw) {
      text.append(String.format("\\x%02x", b & 0xff));
    }
  }
}
