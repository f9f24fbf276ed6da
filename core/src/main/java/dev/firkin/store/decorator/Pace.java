package dev.firkin.store.decorator;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

/** How many transfers may be under way one way, by how long they take. Safe for many threads. */
final class Pace {
  /** One that takes longer has too many beside it. */
  static final Duration SLOW = Duration.ofSeconds(10);

  /**
   * Where they take less, there may be more. All that is under way is lost when the line drops, so
   * this is, but for what is in the middle of its way, what a drop costs.
   */
  private static final Duration FAST = Duration.ofMillis(1_500);

  private final int most;
  private final WaitingClock clock;
  private final HeldTurns held;
  private final Queue<Ticket> waiting = new PriorityQueue<>();
  private final Map<Long, Integer> turnsUnderWay = new HashMap<>();
  private long nextTicket;
  private int allowed = 1;
  private int underWay;

  private record Ticket(long turn, long number) implements Comparable<Ticket> {
    private static final Comparator<Ticket> ORDER =
        Comparator.comparingLong(Ticket::turn).thenComparingLong(Ticket::number);

    @Override
    public int compareTo(Ticket other) {
      return ORDER.compare(this, other);
    }
  }

  Pace(int most, WaitingClock clock) {
    this(most, clock, new HeldTurns());
  }

  /**
   * @param held whose turn it stays, though they are not waiting
   */
  Pace(int most, WaitingClock clock, HeldTurns held) {
    if (most < 1) {
      throw new IllegalArgumentException("at most " + most + " transfers");
    }
    this.most = most;
    this.clock = clock;
    this.held = held;
    held.onRelease(this::lookAgain);
  }

  private synchronized void lookAgain() {
    notifyAll();
  }

  /**
   * Waits until there is room; whose turn is the lowest goes first, and of these who came first.
   *
   * @return when it was, for {@link #succeeded} and {@link #failed}
   */
  synchronized long enter(long turn) throws InterruptedException {
    Ticket ticket = new Ticket(turn, nextTicket++);
    waiting.add(ticket);
    try {
      while (!waiting.element().equals(ticket)
          || underWay + held.idleBefore(turn, turnsUnderWay) >= allowed) {
        wait();
      }
      underWay++;
      turnsUnderWay.merge(turn, 1, Integer::sum);
      return clock.nanos();
    } finally {
      waiting.remove(ticket);
      notifyAll();
    }
  }

  /** A transfer came to its good end. */
  void succeeded(long entered) {
    succeeded(entered, SLOW);
  }

  /** The same, where one that takes longer than {@code slow} has too many beside it. */
  synchronized void succeeded(long entered, Duration slow) {
    Duration took = Duration.ofNanos(clock.nanos() - entered);
    if (took.compareTo(slow) > 0) {
      lower();
    } else if (took.compareTo(FAST) < 0 && underWay >= allowed && allowed < most) {
      allowed++;
      notifyAll();
    }
  }

  /** A transfer failed: soon, which says nothing of the line's speed, or only after a long time. */
  synchronized void failed(long entered) {
    if (Duration.ofNanos(clock.nanos() - entered).compareTo(SLOW) > 0) {
      lower();
    }
  }

  private void lower() {
    allowed = Math.max(1, allowed / 2);
  }

  /** What has {@linkplain #enter entered} with this turn is under way no longer. */
  synchronized void leave(long turn) {
    underWay--;
    turnsUnderWay.computeIfPresent(turn, (_, count) -> count == 1 ? null : count - 1);
    notifyAll();
  }

  synchronized int allowed() {
    return allowed;
  }
}
