package dev.firkin.store;

/** The one refusal that every backend words the same. */
public final class Limits {
  private Limits() {}

  /**
   * Refuses an object that is larger than the caller of {@link ObjectStore#get} can take.
   *
   * @throws StoreException not retryable
   */
  public static void check(String location, ObjectKey key, long bytes, int maxBytes)
      throws StoreException {
    if (bytes > maxBytes) {
      throw new StoreException(
          location,
          key,
          "object %s in %s has %d bytes where at most %d are possible; it was not read"
              .formatted(key, location, bytes, maxBytes),
          "it was not written by this program, or it is damaged: run 'firkin verify'",
          null);
    }
  }
}
