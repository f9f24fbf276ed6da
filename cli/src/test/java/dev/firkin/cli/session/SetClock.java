package dev.firkin.cli.session;

import java.time.Duration;
import java.time.Instant;

/** The clocks of a computer whose user sets the one on the wall. Thread-safe. */
final class SetClock implements HostClock {
  private Instant wall;
  private Duration steady = Duration.ofHours(1000);

  SetClock(Instant wall) {
    this.wall = wall;
  }

  @Override
  public synchronized Instant wall() {
    return wall;
  }

  @Override
  public synchronized Duration steady() {
    return steady;
  }

  /** Time passes. */
  synchronized void pass(Duration time) {
    wall = wall.plus(time);
    steady = steady.plus(time);
  }

  /** Somebody sets the clock on the wall. */
  synchronized void set(Instant to) {
    wall = to;
  }
}
