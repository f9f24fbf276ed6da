package dev.firkin.store.decorator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that stands still but for those who wait by it: their waits are what makes it go. */
public final class ManualClock implements WaitingClock {
  private final List<Duration> sleeps = new ArrayList<>();
  private long nanos = 42;

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    sleeps.add(duration);
    nanos += Math.max(0, duration.toNanos());
  }

  @Override
  public void await(Object monitor, Duration duration) throws InterruptedException {
    sleep(duration);
  }

  /** Lets time pass. */
  public synchronized void advance(Duration duration) {
    nanos += duration.toNanos();
  }

  /** How long was slept, time after time. */
  public synchronized List<Duration> sleeps() {
    return List.copyOf(sleeps);
  }
}
