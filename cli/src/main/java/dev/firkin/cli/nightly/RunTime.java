package dev.firkin.cli.nightly;

import dev.firkin.cli.session.HostClock;
import java.time.Duration;
import java.time.Instant;

/**
 * The moment that a run plans by. A clock may be wrong when a machine boots and be set right while
 * the run goes on: so who deletes compares what it planned by, and not the clock of now.
 */
final class RunTime {
  /** More than clocks run apart by themselves, and less than a policy's least step. */
  private static final Duration MOST_WRONG = Duration.ofDays(1);

  private final Instant planned;
  private final HostClock clock;
  private final Instant wall;
  private final Duration steady;

  /**
   * @param planned by which what is due, and how old snapshots are, is told
   */
  RunTime(Instant planned, HostClock clock) {
    this.planned = planned;
    this.clock = clock;
    this.wall = clock.wall();
    this.steady = clock.steady();
  }

  Instant planned() {
    return planned;
  }

  /** What the clock on the wall would say, had nobody set it since the run began. */
  Instant unset() {
    return wall.plus(clock.steady().minus(steady));
  }

  /** Whether somebody has set the clock since the run began, so that one of the two was wrong. */
  boolean wasSet() {
    return Duration.between(unset(), clock.wall()).abs().compareTo(MOST_WRONG) > 0;
  }
}
