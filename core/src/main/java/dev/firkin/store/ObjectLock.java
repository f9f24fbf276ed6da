package dev.firkin.store;

import java.time.Duration;

/**
 * For how long what is put is kept from being deleted for good: the Object Lock of S3.
 *
 * @param mode who may end it before its time
 * @param period a day at the least
 */
public record ObjectLock(Mode mode, Duration period) {
  /** Longer is a mistake, and one that cannot be taken back. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** Who may end a lock before its time. */
  public enum Mode {
    /** Whoever has the permission {@code s3:BypassGovernanceRetention}. */
    GOVERNANCE,
    /** Nobody, the owner of the account included. */
    COMPLIANCE
  }

  public ObjectLock {
    if (period.compareTo(Duration.ofDays(1)) < 0 || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a lock of " + period.toHours() + " hours; write a day at the least, and 36500 at most");
    }
  }
}
