package dev.firkin.store.decorator;

import java.time.Duration;

/** A clock that can be waited by; tests have one of their own, so that nothing really waits. */
public interface WaitingClock {

  /** Nanoseconds since some moment, never going back. Differences alone mean something. */
  long nanos();

  /** Waits so long; returns at once if that is not positive. */
  void sleep(Duration duration) throws InterruptedException;

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
    };
  }
}
