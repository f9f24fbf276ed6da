package dev.firkin.store.decorator;

import dev.firkin.store.StoreException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** What all threads together know of the store's being there. Safe for many threads. */
final class OutageWatch {
  private final Duration reportAfter;
  private final OutageListener listener;
  private final WaitingClock clock;
  private final AtomicLong successes = new AtomicLong();

  private volatile boolean failing;
  // Both guarded by this.
  private OptionalLong firstFailure = OptionalLong.empty();
  private boolean reported;

  OutageWatch(Duration reportAfter, OutageListener listener, WaitingClock clock) {
    this.reportAfter = reportAfter;
    this.listener = listener;
    this.clock = clock;
  }

  /** How many calls have succeeded so far: whether it grew tells whether others get through. */
  long successes() {
    return successes.get();
  }

  void failed(StoreException why) {
    synchronized (this) {
      long now = clock.nanos();
      if (firstFailure.isEmpty()) {
        firstFailure = OptionalLong.of(now);
        failing = true;
      }
      Duration since = Duration.ofNanos(now - firstFailure.getAsLong());
      if (!reported && since.compareTo(reportAfter) >= 0) {
        reported = true;
        listener.unreachable(since, why);
      }
    }
  }

  void succeeded() {
    successes.incrementAndGet();
    if (!failing) {
      return;
    }
    synchronized (this) {
      if (reported && firstFailure.isPresent()) {
        listener.back(Duration.ofNanos(clock.nanos() - firstFailure.getAsLong()));
      }
      firstFailure = OptionalLong.empty();
      failing = false;
      reported = false;
    }
  }
}
