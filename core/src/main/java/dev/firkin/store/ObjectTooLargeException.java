package dev.firkin.store;

/** An object is larger than the caller of {@link ObjectStore#get} can take; it was not read. */
public final class ObjectTooLargeException extends StoreException {
  private static final long serialVersionUID = 1L;

  private ObjectTooLargeException(String location, ObjectKey key, long bytes, int maxBytes) {
    super(
        location,
        key,
        "object %s in %s has %d bytes where at most %d are possible; it was not read"
            .formatted(key, location, bytes, maxBytes),
        "it was not written by this program, or it is damaged: run 'firkin verify'",
        null);
  }

  /** The one check that all backends make before they read. */
  public static void check(String location, ObjectKey key, long bytes, int maxBytes)
      throws ObjectTooLargeException {
    if (bytes > maxBytes) {
      throw new ObjectTooLargeException(location, key, bytes, maxBytes);
    }
  }
}
