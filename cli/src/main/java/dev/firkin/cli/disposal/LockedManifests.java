package dev.firkin.cli.disposal;

import dev.firkin.disposal.ForgetPlan;
import dev.firkin.repository.Snapshots;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectLocks.Lock;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ParallelCalls;
import dev.firkin.store.StoreException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of the snapshots to be forgotten the store keeps nevertheless, as older versions.
 *
 * @param count of manifests
 * @param until when the last of their locks ends
 */
record LockedManifests(int count, Instant until) {
  private static final int AT_ONCE = 8;

  /** Asked before they are forgotten; empty where none is locked. */
  static Optional<LockedManifests> of(ForgetPlan plan, ObjectStore store)
      throws StoreException, InterruptedException {
    if (plan.order().isEmpty()) {
      return Optional.empty();
    }
    Optional<ObjectLocks> locks = ObjectLocks.enabledIn(store);
    if (locks.isEmpty()) {
      return Optional.empty();
    }
    List<ObjectKey> keys = plan.order().stream().map(m -> Snapshots.key(m.id())).toList();
    try (ParallelCalls calls = new ParallelCalls(AT_ONCE)) {
      Instant now = Instant.now();
      List<Instant> ends =
          calls.each(keys, locks.get()::lockOf).stream()
              .flatMap(Optional::stream)
              .map(Lock::until)
              .filter(end -> end.isAfter(now))
              .toList();
      return ends.stream()
          .max(Comparator.naturalOrder())
          .map(last -> new LockedManifests(ends.size(), last));
    }
  }
}
