package dev.firkin.cli.nightly;

import dev.firkin.cli.session.HostClock;
import java.time.Duration;
import java.time.Instant;

/** A clock on the wall that can be set, and the steady one beside it. */
final class ModelClock implements HostClock {
  private Instant wall;
  private Duration steady = Duration.ofHours(1);

  ModelClock(Instant wall) {
    this.wall = wall;
  }

  void set(Instant to) {
    wall = to;
  }

  void pass(Duration time) {
    wall = wall.plus(time);
    steady = steady.plus(time);
  }

  @Override
  public Instant wall() {
    return wall;
  }

  @Override
  public Duration steady() {
    return steady;
  }
}
