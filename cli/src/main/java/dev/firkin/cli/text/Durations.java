package dev.firkin.cli.text;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write and read them. */
public final class Durations {
  /** Longer than any wait. */
  public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})\\s*(s|m|min|h|d|)");

  private Durations() {}

  /**
   * Reads {@code 30s}, {@code 10m}, {@code 2h}, {@code 7d}, {@code 0} or {@code forever}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Duration parse(String text) {
    if (text.equals("forever")) {
      return FOREVER;
    }
    Matcher matcher = WRITTEN.matcher(text.strip());
    if (!matcher.matches() || (matcher.group(2).isEmpty() && !matcher.group(1).equals("0"))) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration; write for example 30s, 10m, 2h, 7d or forever");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "m", "min" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }

  /** Two units at most: {@code 7s}, {@code 3m 20s}, {@code 5h 02m}, {@code 12d 3h}. */
  public static String format(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return "%dm %02ds".formatted(seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return "%dh %02dm".formatted(seconds / 3600, seconds / 60 % 60);
    }
    return "%dd %dh".formatted(seconds / 86_400, seconds / 3600 % 24);
  }
}
