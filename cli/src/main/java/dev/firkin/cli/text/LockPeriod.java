package dev.firkin.cli.text;

import dev.firkin.store.ObjectLock;
import java.time.Duration;

/**
 * For how long objects are locked.
 *
 * @param period whole days
 */
public record LockPeriod(Duration period) {

  /**
   * Reads {@code 30} or {@code 30d}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static LockPeriod parse(String text) {
    if (!text.matches("\\d{1,5}d?")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number of days; write for example 30d");
    }
    Duration period = Duration.ofDays(Long.parseLong(text.replace("d", "")));
    // Refuses what no lock can be.
    return new LockPeriod(new ObjectLock(ObjectLock.Mode.GOVERNANCE, period).period());
  }
}
