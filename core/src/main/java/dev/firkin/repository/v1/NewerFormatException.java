package dev.firkin.repository.v1;

/** Written by a newer version of the format than this program knows. Nothing is wrong with it. */
public final class NewerFormatException extends FormatException {
  private static final long serialVersionUID = 1L;

  public NewerFormatException(String what, long format) {
    super(
        what + " has format " + format + ", and this firkin knows up to " + Json.FORMAT,
        "use a newer firkin; nothing was read or changed",
        null);
  }
}
