package dev.firkin.disposal;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectLocks.Lock;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ParallelCalls;
import dev.firkin.store.StoreException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which garbage the store would not let go. To delete it would only hide it: then nobody would know
 * any more that it is there, and a push of the same content would store it twice. For one thread.
 */
final class LockedGarbage implements AutoCloseable {
  /** Requests without bodies, which wait for nothing but the way to the store and back. */
  private static final int AT_ONCE = 16;

  private final Optional<ObjectLocks> locks;
  private final Instant now;
  private final ParallelCalls calls = new ParallelCalls(AT_ONCE);
  private Optional<Instant> until = Optional.empty();

  private LockedGarbage(Optional<ObjectLocks> locks, Instant now) {
    this.locks = locks;
    this.now = now;
  }

  /**
   * In a store that locks nothing, or does not tell us, nothing is locked: it still keeps what it
   * has to keep.
   *
   * @param now by the store's clock
   */
  static LockedGarbage of(ObjectStore store, Instant now) throws StoreException {
    return new LockedGarbage(ObjectLocks.enabledIn(store), now);
  }

  /** Those that are locked. */
  Set<ObjectKey> among(List<ObjectKey> keys) throws StoreException, InterruptedException {
    Set<ObjectKey> locked = new HashSet<>();
    if (locks.isEmpty()) {
      return locked;
    }
    List<Optional<Lock>> found = calls.each(keys, locks.get()::lockOf);
    for (int i = 0; i < keys.size(); i++) {
      Optional<Instant> end = found.get(i).map(Lock::until).filter(end0 -> end0.isAfter(now));
      if (end.isPresent()) {
        locked.add(keys.get(i));
        until = until.filter(last -> last.isAfter(end.get())).or(() -> end);
      }
    }
    return locked;
  }

  /** When the last of the locks ends that were found. */
  Optional<Instant> until() {
    return until;
  }

  /** Whether the store keeps what is deleted as an older version: who locks has versions. */
  boolean olderVersions() {
    return locks.isPresent();
  }

  @Override
  public void close() {
    calls.close();
  }
}
