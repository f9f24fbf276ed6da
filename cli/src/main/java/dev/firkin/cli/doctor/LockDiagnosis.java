package dev.firkin.cli.doctor;

import dev.firkin.cli.text.Durations;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.StoreException;
import java.util.Locale;
import java.util.Optional;

/** Whether what is stored can be kept from being deleted. */
final class LockDiagnosis {
  private static final String CHECK = "object-lock";

  private LockDiagnosis() {}

  /**
   * @param locks of the store, where it knows what that is
   * @param wanted what this host locks new objects with
   */
  static Diagnosis of(Optional<ObjectLocks> locks, Optional<ObjectLock> wanted) {
    if (locks.isEmpty()) {
      return Diagnosis.ok(CHECK, "a folder has none: who may write there may delete");
    }
    try {
      return of(locks.get().state(), wanted);
    } catch (StoreException e) {
      return Diagnosis.failed(CHECK, e);
    }
  }

  private static Diagnosis of(ObjectLocks.State state, Optional<ObjectLock> wanted) {
    String ours =
        wanted
            .map(lock ->
                "what this host puts is locked for %s (%s)"
                    .formatted(
                        Durations.format(lock.period()),
                        lock.mode().name().toLowerCase(Locale.ROOT)))
            .orElse("this host locks nothing (--object-lock)");
    return switch (state) {
      case ENABLED -> Diagnosis.ok(CHECK, "enabled in the bucket; " + ours);
      case DISABLED ->
          wanted.isPresent()
              ? Diagnosis.failed(
                  CHECK,
                  "not enabled in the bucket, so that nothing can be stored with --object-lock",
                  "make a bucket with Object Lock, or leave --object-lock out")
              : Diagnosis.ok(CHECK, "not enabled in the bucket");
      case UNKNOWN ->
          wanted.isPresent()
              ? Diagnosis.warning(
                  CHECK,
                  "the credentials may not ask whether the bucket has it; " + ours,
                  "allow s3:GetBucketObjectLockConfiguration: 'firkin policy --object-lock' prints"
                      + " what a role needs")
              : Diagnosis.skipped(CHECK, "the credentials may not ask whether the bucket has it");
    };
  }
}
