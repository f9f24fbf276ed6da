package dev.firkin.retention;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How coarse a row of kept snapshots is; finer ones first. */
public enum Level {
  HOURLY("hour"),
  DAILY("day"),
  WEEKLY("week"),
  MONTHLY("month"),
  YEARLY("year");

  private final String period;

  Level(String period) {
    this.period = period;
  }

  /** What it keeps one of, for people: {@code week}. */
  public String period() {
    return period;
  }

  /** As a policy writes it: {@code w}. */
  public char letter() {
    return period.charAt(0);
  }

  static Optional<Level> of(char letter) {
    return Stream.of(values()).filter(level -> level.letter() == letter).findFirst();
  }

  /** For people: {@code weekly}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
