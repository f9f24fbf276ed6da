package dev.firkin.repository.model;

/** {@code volume/name}: what people call a snapshot. */
public record SnapshotName(String volume, String name) {
  private static final int MAX_CHARS = 255;

  /**
   * @throws IllegalArgumentException if one of them is no name; the message is for people
   */
  public SnapshotName {
    check("volume", volume);
    check("snapshot", name);
    if (volume.contains("@")) {
      throw new IllegalArgumentException("the volume name '" + volume + "' contains '@'");
    }
  }

  private static void check(String what, String name) {
    if (name.isEmpty()
        || name.length() > MAX_CHARS
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || hasWhatNobodyCanType(name)) {
      throw new IllegalArgumentException(
          "'"
              + name.replaceAll("[\\p{Cc}\\p{Cf}]", "?")
              + "' is no "
              + what
              + " name: 1 to 255 characters of valid UTF-8, no '/' and no control characters");
    }
  }

  private static boolean hasWhatNobodyCanType(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || c == '\uFFFD') {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return volume + "/" + name;
  }
}
