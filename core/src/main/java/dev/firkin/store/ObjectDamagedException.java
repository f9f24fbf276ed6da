package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/** What the store has is not what was put: its checksum is another, or it cannot be read. */
public final class ObjectDamagedException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final String arrived;
  private final boolean unreadable;

  /**
   * One whose checksum is another.
   *
   * @param arrived the checksum of the bytes that came, in any form: who reads twice and gets two
   *     has seen a line that changes bytes, not an object that is damaged
   */
  public ObjectDamagedException(String location, ObjectKey key, String arrived) {
    this(location, key, "is damaged: its checksum does not match", arrived, false, null);
  }

  private ObjectDamagedException(
      String location,
      ObjectKey key,
      String what,
      String arrived,
      boolean unreadable,
      @Nullable Exception cause) {
    super(
        location,
        key,
        "object " + key + " in " + location + " " + what,
        "run 'firkin verify --read-data' to find out what else is",
        cause);
    this.arrived = arrived;
    this.unreadable = unreadable;
  }

  /** One that is there, and whose bytes the store cannot read. */
  public static ObjectDamagedException unreadable(
      String location, ObjectKey key, String why, Exception cause) {
    return new ObjectDamagedException(
        location,
        key,
        "cannot be read (" + why + "): look for disk errors in dmesg",
        why,
        true,
        cause);
  }

  /** Whether no bytes came at all: a disk, or a file system by network, may think better of it. */
  public boolean isUnreadable() {
    return unreadable;
  }

  /** The checksum of the bytes that came. */
  public String arrived() {
    return arrived;
  }
}
