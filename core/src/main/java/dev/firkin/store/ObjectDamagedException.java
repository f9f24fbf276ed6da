package dev.firkin.store;

/** What the store returned is not what was put: its checksum is another. */
public final class ObjectDamagedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public ObjectDamagedException(String location, ObjectKey key) {
    super(
        location,
        key,
        "object " + key + " in " + location + " is damaged: its checksum does not match",
        "run 'firkin verify --read-data' to find out what else is",
        null);
  }
}
