package dev.firkin.store;

/** The store answers, and says that it has no such object. */
public final class ObjectMissingException extends StoreException {
  private static final long serialVersionUID = 1L;

  public ObjectMissingException(String location, ObjectKey key) {
    super(
        location,
        key,
        "object " + key + " is missing from " + location,
        "if other objects of the repository are there, 'firkin verify' lists all that is missing",
        null);
  }
}
