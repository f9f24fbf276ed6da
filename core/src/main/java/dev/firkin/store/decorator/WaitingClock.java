package dev.firkin.store.decorator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A clock that can be waited by; tests have one of their own, so that nothing really waits. */
public interface WaitingClock {

  /** Nanoseconds since some moment, never going back. Differences alone mean something. */
  long nanos();

  /** Waits so long; returns at once if that is not positive. */
  void sleep(Duration duration) throws InterruptedException;

  /** Waits so long, or until {@code monitor}, which the caller holds, is notified; or for less. */
  void await(Object monitor, Duration duration) throws InterruptedException;

  /** The machine's clock, which stands still while the machine is suspended. */
  static WaitingClock system() {
    return new WaitingClock() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
      }

      @Override
      public void await(Object monitor, Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedWait(monitor, duration.toNanos());
      }
    };
  }
}
