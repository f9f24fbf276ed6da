package dev.firkin.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What a store can do that keeps objects from being deleted for a time. Each version of an object
 * has its own lock; this is about the newest. A locked object can be overwritten and deleted like
 * any other, but only what is seen changes: the old version is kept. Safe for many threads; the
 * calls block and fail as those of {@link ObjectStore} do.
 */
public interface ObjectLocks {

  /** Whether a store locks. */
  enum State {
    ENABLED,
    DISABLED,
    /** We are not allowed to ask. */
    UNKNOWN
  }

  /**
   * The lock of an object.
   *
   * @param until when it ends, by the store's clock
   */
  record Lock(ObjectLock.Mode mode, Instant until) {}

  /**
   * The locks of a store that says that it locks; empty where it does not, or where we may not ask:
   * it still keeps what it has to keep.
   *
   * @throws StoreException where it would tell us, and could not
   */
  static Optional<ObjectLocks> enabledIn(ObjectStore store) throws StoreException {
    try {
      Optional<ObjectLocks> locks = store.locks();
      return locks.isPresent() && locks.get().state() == State.ENABLED ? locks : Optional.empty();
    } catch (StoreRefusedException e) {
      System.getLogger(ObjectLocks.class.getName())
          .log(System.Logger.Level.DEBUG, "the store does not tell whether it locks", e);
      return Optional.empty();
    }
  }

  /** Whether anything can be locked here. */
  State state() throws StoreException;

  /** The lock of an object; empty where it has none, or is not there. */
  Optional<Lock> lockOf(ObjectKey key) throws StoreException;

  /**
   * Locks an object, or for longer than it was. Idempotent.
   *
   * @param lock ends no earlier than the one it has, and is of its mode
   * @return whether there is such an object
   */
  boolean lock(ObjectKey key, Lock lock) throws StoreException;
}
