package dev.firkin.store;

import java.util.Objects;
import java.util.Optional;

/**
 * The name of an object: segments of {@code [A-Za-z0-9._-]} joined by single slashes, at most
 * {@value #MAX_CHARS} characters. No segment is empty or starts with a dot, so that a key is the
 * same text in an URL, as a file name and in a shell, never leaves its folder, and never meets a
 * store's own hidden files.
 *
 * <p>Ordered as S3 lists: by the characters, the slash being one of them.
 */
public final class ObjectKey implements Comparable<ObjectKey> {
  static final int MAX_CHARS = 512;

  private final String value;

  private ObjectKey(String value) {
    this.value = value;
  }

  /**
   * The key written {@code value}.
   *
   * @throws IllegalArgumentException if it is none: keys are made by this program
   */
  public static ObjectKey of(String value) {
    return parse(value)
        .orElseThrow(() -> new IllegalArgumentException("not an object key: '" + value + "'"));
  }

  /** The key written {@code value}, or empty if that is none: for names found in a store. */
  public static Optional<ObjectKey> parse(String value) {
    return isValid(value, value.length()) ? Optional.of(new ObjectKey(value)) : Optional.empty();
  }

  /** Whether the first {@code length} characters are segments joined by slashes. */
  static boolean isValid(String text, int length) {
    if (length == 0 || length > MAX_CHARS) {
      return false;
    }
    boolean segmentStarts = true;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (segmentStarts && (c == '.' || c == '/')) {
        return false;
      }
      if (c != '/' && !isSegmentChar(c)) {
        return false;
      }
      segmentStarts = c == '/';
    }
    return !segmentStarts;
  }

  private static boolean isSegmentChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  /** The key as text, without a leading slash. */
  public String value() {
    return value;
  }

  /** What follows the last slash. */
  public String name() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectKey key && key.value.equals(value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
