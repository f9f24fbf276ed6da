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
    if (wanted.isEmpty()) {
      return Diagnosis.skipped(CHECK, "this host locks nothing (--object-lock)");
    }
    try {
      return of(locks.get().state(), wanted.get());
    } catch (StoreException e) {
      return Diagnosis.warning(
          CHECK,
          "the bucket does not tell whether it has it: " + e.getMessage(),
          e.hint().orElse("try again; what cannot be locked is not stored"));
    }
  }

  private static Diagnosis of(ObjectLocks.State state, ObjectLock wanted) {
    return switch (state) {
      case ENABLED ->
          Diagnosis.ok(
              CHECK,
              "enabled in the bucket; what this host puts is locked for %s (%s)"
                  .formatted(
                      Durations.format(wanted.period()),
                      wanted.mode().name().toLowerCase(Locale.ROOT)));
      case DISABLED ->
          Diagnosis.failed(
              CHECK,
              "not enabled in the bucket, so that nothing can be stored with --object-lock",
              "make a bucket with Object Lock, or leave --object-lock out");
      case UNKNOWN ->
          Diagnosis.failed(
              CHECK,
              "the credentials may not ask whether the bucket has it, so that nothing can be"
                  + " stored with --object-lock",
              "allow s3:GetBucketObjectLockConfiguration: 'firkin policy --object-lock' prints"
                  + " what a role needs");
    };
  }
}
