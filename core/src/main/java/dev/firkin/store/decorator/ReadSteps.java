package dev.firkin.store.decorator;

import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import java.time.Duration;
import java.util.function.ToIntFunction;

/**
 * Whether objects are to be read in parts, and in how large ones: from the first reading that broke
 * off on, for a time, and in what the line carries in about a second or two. Safe for many threads.
 */
final class ReadSteps {
  /** What fails sooner was refused, or never got out: nothing was lost. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(1);

  private static final Duration CAUTION = Duration.ofHours(1);

  /** Two seconds at 1 Mbit/s. */
  private static final int LEAST_BYTES = 256 << 10;

  private static final int MOST_BYTES = 8 << 20;

  private final WaitingClock clock;

  // All guarded by this.
  private int bytes = LEAST_BYTES;
  private boolean broken;
  private long brokenNanos;

  ReadSteps(WaitingClock clock) {
    this.clock = clock;
  }

  synchronized boolean areDue() {
    return broken && clock.nanos() - brokenNanos < CAUTION.toNanos();
  }

  /** How large a part should be now. */
  synchronized int bytes() {
    return bytes;
  }

  /**
   * Reads, and notes what comes of it.
   *
   * @param bytesOf what was read: small ones tell nothing
   */
  <T> T noting(RetryingStore.Call<T> reading, ToIntFunction<T> bytesOf) throws StoreException {
    long began = clock.nanos();
    try {
      T read = reading.run();
      arrived(bytesOf.applyAsInt(read), Duration.ofNanos(clock.nanos() - began));
      return read;
    } catch (StoreUnavailableException e) {
      if (!e.answered()) {
        brokeOff(Duration.ofNanos(clock.nanos() - began));
      }
      throw e;
    }
  }

  private synchronized void arrived(int received, Duration took) {
    if (received >= bytes && took.compareTo(UNDER_WAY) < 0) {
      bytes = Math.min(MOST_BYTES, 2 * bytes);
    } else if (took.compareTo(UNDER_WAY.multipliedBy(4)) > 0) {
      bytes = Math.max(LEAST_BYTES, bytes / 2);
    }
  }

  private synchronized void brokeOff(Duration after) {
    if (after.compareTo(UNDER_WAY) >= 0) {
      bytes = LEAST_BYTES;
      broken = true;
      brokenNanos = clock.nanos();
    }
  }
}
