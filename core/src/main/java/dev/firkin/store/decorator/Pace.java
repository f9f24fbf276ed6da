package dev.firkin.store.decorator;

import java.time.Duration;

/** How many transfers may be under way one way, by how long they take. Safe for many threads. */
final class Pace {
  /** One that takes longer has too many beside it. */
  private static final Duration SLOW = Duration.ofSeconds(10);

  /** Where they take less, twice as many would still not be slow. */
  private static final Duration FAST = Duration.ofSeconds(4);

  private final int most;
  private final WaitingClock clock;
  private int allowed = 1;
  private int underWay;

  Pace(int most, WaitingClock clock) {
    if (most < 1) {
      throw new IllegalArgumentException("at most " + most + " transfers");
    }
    this.most = most;
    this.clock = clock;
  }

  /**
   * Waits until there is room.
   *
   * @return when it was, for {@link #succeeded}
   */
  synchronized long enter() throws InterruptedException {
    while (underWay >= allowed) {
      wait();
    }
    underWay++;
    return clock.nanos();
  }

  /** A transfer came to its good end; one that failed says nothing of the line's speed. */
  synchronized void succeeded(long entered) {
    Duration took = Duration.ofNanos(clock.nanos() - entered);
    if (took.compareTo(SLOW) > 0) {
      allowed = Math.max(1, allowed / 2);
    } else if (took.compareTo(FAST) < 0 && underWay >= allowed && allowed < most) {
      allowed++;
      notifyAll();
    }
  }

  synchronized void leave() {
    underWay--;
    notifyAll();
  }

  synchronized int allowed() {
    return allowed;
  }
}
