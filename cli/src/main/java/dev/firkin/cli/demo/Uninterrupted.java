package dev.firkin.cli.demo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Work that has to be done although the thread was interrupted. */
final class Uninterrupted {
  private static final Duration TICK = Duration.ofMillis(50);

  private Uninterrupted() {}

  /** Runs to the end; the interruption is kept for afterwards. */
  static void run(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until something holds that nobody announces. Returns whether it does. */
  static boolean await(BooleanSupplier condition, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(TICK.toNanos());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
