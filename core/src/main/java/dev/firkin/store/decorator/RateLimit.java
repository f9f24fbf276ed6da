package dev.firkin.store.decorator;

import java.time.Duration;

/**
 * So many bytes per second, for all threads together. Transfers get consecutive slots of time, as
 * long as their bytes take at that rate; what a slow transfer left unused is made up for, up to one
 * second's worth. So over {@code t} seconds at most {@code rate × (t + 1)} bytes pass, and where
 * there is enough to do, no fewer than {@code rate × t} but for the last transfer.
 */
final class RateLimit {
  private static final long CREDIT_NANOS = Duration.ofSeconds(1).toNanos();

  /** From when to when a transfer has the line, on the clock's scale. */
  record Slot(long startNanos, long endNanos) {}

  private final double nanosPerByte;
  private final WaitingClock clock;
  private long freeAtNanos;

  RateLimit(long bytesPerSecond, WaitingClock clock) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytes per second: " + bytesPerSecond);
    }
    this.nanosPerByte = 1e9 / bytesPerSecond;
    this.clock = clock;
    this.freeAtNanos = clock.nanos();
  }

  /** The next slot for so many bytes; the caller waits for it by itself. */
  synchronized Slot reserve(long bytes) {
    long start = Math.max(freeAtNanos, clock.nanos() - CREDIT_NANOS);
    freeAtNanos = start + Math.round(bytes * nanosPerByte);
    return new Slot(start, freeAtNanos);
  }

  /** Waits until the clock says so; returns at once if it has passed. */
  void await(long nanos) throws InterruptedException {
    long left = nanos - clock.nanos();
    if (left > 0) {
      clock.sleep(Duration.ofNanos(left));
    }
  }
}
