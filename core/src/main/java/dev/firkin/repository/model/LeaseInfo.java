package dev.firkin.repository.model;

import java.time.Instant;

/**
 * What a lease says of its holder.
 *
 * @param work such as {@code push}
 * @param host the holder's name for itself
 * @param since when it was taken, by the holder's clock
 * @param renewed when it was last written, by the holder's clock; for people: leases expire by the
 *     store's clock
 */
public record LeaseInfo(LeaseMode mode, String work, String host, Instant since, Instant renewed) {

  /** The same, written now. */
  public LeaseInfo renewedAt(Instant now) {
    return new LeaseInfo(mode, work, host, since, now);
  }
}
