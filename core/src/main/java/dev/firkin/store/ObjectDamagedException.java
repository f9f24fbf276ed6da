package dev.firkin.store;

/** What the store returned is not what was put: its checksum is another. */
public final class ObjectDamagedException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final String arrived;

  /**
   * One.
   *
   * @param arrived the checksum of the bytes that came, in any form: who reads twice and gets two
   *     has seen a line that changes bytes, not an object that is damaged
   */
  public ObjectDamagedException(String location, ObjectKey key, String arrived) {
    super(
        location,
        key,
        "object " + key + " in " + location + " is damaged: its checksum does not match",
        "run 'firkin verify --read-data' to find out what else is",
        null);
    this.arrived = arrived;
  }

  /** The checksum of the bytes that came. */
  public String arrived() {
    return arrived;
  }
}
