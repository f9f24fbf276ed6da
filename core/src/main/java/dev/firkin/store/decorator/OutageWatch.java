package dev.firkin.store.decorator;

import dev.firkin.store.StoreException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** What all threads together know of the store's being there. Safe for many threads. */
final class OutageWatch {
  /** What ends sooner was a stumble of a server that others get through to: no reason to hurry. */
  private static final Duration AN_OUTAGE = Duration.ofSeconds(1);

  private final Duration reportAfter;
  private final OutageListener listener;
  private final WaitingClock clock;
  private final AtomicLong successes = new AtomicLong();

  private volatile boolean failing;
  // All guarded by this.
  private OptionalLong firstFailure = OptionalLong.empty();
  private boolean reported;
  private long ended;

  OutageWatch(Duration reportAfter, OutageListener listener, WaitingClock clock) {
    this.reportAfter = reportAfter;
    this.listener = listener;
    this.clock = clock;
  }

  /** How many calls have succeeded so far: whether it grew tells whether others get through. */
  long successes() {
    return successes.get();
  }

  /**
   * An outage, from the view of one whose call has failed in it.
   *
   * @param age for how long nobody has got through
   * @param endedBefore how many had ended until then, for {@link #await}
   */
  record Outage(Duration age, long endedBefore) {}

  Outage failed(StoreException why) {
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
      return new Outage(since, ended);
    }
  }

  /** Waits so long, or until somebody gets through. */
  void await(Outage outage, Duration most) throws InterruptedException {
    synchronized (this) {
      long until = clock.nanos() + most.toNanos();
      while (ended == outage.endedBefore() && clock.nanos() < until) {
        clock.await(this, Duration.ofNanos(until - clock.nanos()));
      }
    }
  }

  void succeeded() {
    successes.incrementAndGet();
    if (!failing) {
      return;
    }
    synchronized (this) {
      if (firstFailure.isPresent()) {
        Duration lasted = Duration.ofNanos(clock.nanos() - firstFailure.getAsLong());
        if (reported) {
          listener.back(lasted);
        }
        if (lasted.compareTo(AN_OUTAGE) >= 0) {
          ended++;
          notifyAll();
        }
      }
      firstFailure = OptionalLong.empty();
      failing = false;
      reported = false;
    }
  }
}
