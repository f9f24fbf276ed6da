package dev.firkin.store;

import java.util.Objects;

/**
 * A folder of keys: everything, or segments that end with a slash ({@code chunks/a/}). Whole
 * folders only, so that {@code chunks/a/} never takes {@code chunks/ab/} in.
 */
public final class KeyPrefix {
  private static final KeyPrefix ALL = new KeyPrefix("");

  private final String value;

  private KeyPrefix(String value) {
    this.value = value;
  }

  /** Every key of the store. */
  public static KeyPrefix all() {
    return ALL;
  }

  /**
   * The folder written {@code value}, which ends with a slash.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static KeyPrefix of(String value) {
    if (!value.endsWith("/") || !ObjectKey.isValid(value, value.length() - 1)) {
      throw new IllegalArgumentException("not a folder of object keys: '" + value + "'");
    }
    return new KeyPrefix(value);
  }

  /** Whether {@code key} is in this folder or in one of its subfolders. */
  public boolean contains(ObjectKey key) {
    return key.value().startsWith(value);
  }

  /** Empty, or a text that ends with a slash. */
  public String value() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPrefix prefix && prefix.value.equals(value);
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
