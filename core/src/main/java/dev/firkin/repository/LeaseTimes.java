package dev.firkin.repository;

import java.time.Duration;

/**
 * How leases live. All hosts of a repository have to agree on the first two.
 *
 * @param renewal between two renewals
 * @param expiry after which a lease that was not renewed is nobody's
 * @param poll between two looks at a lease that is in the way
 */
public record LeaseTimes(Duration renewal, Duration expiry, Duration poll) {
  /** Those of {@code docs/format.md}, section 11. */
  public static final LeaseTimes STANDARD =
      new LeaseTimes(Duration.ofMinutes(2), Duration.ofMinutes(15), Duration.ofSeconds(5));

  public LeaseTimes {
    if (expiry.compareTo(renewal.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("a lease that expires after one missed renewal");
    }
  }
}
