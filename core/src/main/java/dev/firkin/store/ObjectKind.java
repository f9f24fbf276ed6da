package dev.firkin.store;

import java.util.Locale;

/**
 * What an object is, by the folder it lies in: all that a store has to know of it, since what it
 * may cost and how long it must stay depend on it. Source: {@code docs/format.md}, section 1.
 */
public enum ObjectKind {
  CHUNKS("chunks/", true),
  PAGES("pages/", true),
  MANIFESTS("snapshots/", true),
  /** {@code firkin.json} and the keys, without which nothing of the others can be read. */
  FOUNDATION("keys/", true),
  /** Whatever is written and deleted all the time: leases, checkpoints, the trash. */
  PASSING("", false);

  private final String folder;
  private final boolean lockable;

  ObjectKind(String folder, boolean lockable) {
    this.folder = folder;
    this.lockable = lockable;
  }

  /** Of the object under a key. */
  public static ObjectKind of(ObjectKey key) {
    if (key.value().equals("firkin.json")) {
      return FOUNDATION;
    }
    for (ObjectKind kind : values()) {
      if (kind != PASSING && key.value().startsWith(kind.folder)) {
        return kind;
      }
    }
    return PASSING;
  }

  /** Whether it is to be there for as long as a snapshot may need it. */
  public boolean lockable() {
    return lockable;
  }

  /**
   * Whether its puts lock it. {@code firkin.json} and the keys are locked by rounds alone: the lock
   * of {@code firkin.json} says how far a round has locked all the others.
   */
  public boolean lockedWhenPut() {
    return lockable && this != FOUNDATION;
  }

  /**
   * Whether it may lie in another storage class than the store's default. Whatever is written or
   * deleted all the time may not: colder classes charge for a month at the least.
   */
  public boolean classed() {
    return this == CHUNKS || this == PAGES || this == MANIFESTS;
  }

  /** As people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
