package dev.firkin.store;

/**
 * Which content of a key this is: an opaque token of the store's choosing, to be compared with
 * others of the same store and key and nothing else. Writing different bytes changes it; writing
 * the same bytes again may or may not.
 */
public record Version(String token) {
  public Version {
    if (token.isEmpty()) {
      throw new IllegalArgumentException("empty version");
    }
  }
}
