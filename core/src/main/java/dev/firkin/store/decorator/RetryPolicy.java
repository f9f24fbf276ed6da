package dev.firkin.store.decorator;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How long to go on, and how eagerly.
 *
 * @param firstWait upper bound of the wait before the second attempt; it doubles with each
 * @param longestWait upper bound of any wait
 * @param maxOutage a call that has failed for longer than this is given up
 * @param reportAfter an outage shorter than this is not worth telling anyone
 * @param attemptsWhileReachable a call is given up after so many attempts if others got through
 *     meanwhile: then it is no outage, and waiting for its end would never end
 */
public record RetryPolicy(
    Duration firstWait,
    Duration longestWait,
    Duration maxOutage,
    Duration reportAfter,
    int attemptsWhileReachable) {

  private static final Duration SHORT_OUTAGE_WAIT = Duration.ofSeconds(5);

  public RetryPolicy {
    if (firstWait.isNegative()
        || longestWait.compareTo(firstWait) < 0
        || maxOutage.isNegative()
        || reportAfter.isNegative()
        || attemptsWhileReachable < 1) {
      throw new IllegalArgumentException(
          "no retry policy: first wait %s, longest %s, outage %s"
              .formatted(firstWait, longestWait, maxOutage));
    }
  }

  /** Until the store is back, however long that takes. */
  public static RetryPolicy forever() {
    return outagesUpTo(ChronoUnit.FOREVER.getDuration());
  }

  /** Outages up to this long are waited out; zero means one attempt and no second. */
  public static RetryPolicy outagesUpTo(Duration maxOutage) {
    return new RetryPolicy(
        Duration.ofMillis(200), Duration.ofMinutes(1), maxOutage, Duration.ofSeconds(5), 30);
  }

  /**
   * The bound of a wait in an outage that everybody has. Who tries seldom learns late of its end:
   * so after a short one the wait is a few seconds, and a tenth of it after a long one.
   *
   * @param failures of this call, one at least
   * @param age of the outage
   */
  Duration waitInOutage(int failures, Duration age) {
    Duration wait = waitAfter(failures);
    Duration most = age.dividedBy(10);
    most = most.compareTo(SHORT_OUTAGE_WAIT) > 0 ? most : SHORT_OUTAGE_WAIT;
    return wait.compareTo(most) < 0 ? wait : most;
  }

  /** The bound of the wait after so many failures, one at least. */
  Duration waitAfter(int failures) {
    Duration wait = firstWait;
    for (int i = 1; i < failures && wait.compareTo(longestWait) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(longestWait) < 0 ? wait : longestWait;
  }
}
