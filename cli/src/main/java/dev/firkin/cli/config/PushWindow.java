package dev.firkin.cli.config;

import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of each day, by the clock on the wall.
 *
 * @param end not in it; where it is before the beginning, it is one of the next day
 */
public record PushWindow(LocalTime begin, LocalTime end) {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{2}:\\d{2})\\s*-\\s*(\\d{2}:\\d{2})");

  public PushWindow {
    if (begin.equals(end)) {
      throw new IllegalArgumentException("a window that ends when it begins: " + begin);
    }
  }

  /**
   * Reads {@code 22:00-06:00}.
   *
   * @throws IllegalArgumentException if it is none; the message is for people
   */
  public static PushWindow parse(String text) {
    Matcher matcher = WRITTEN.matcher(text.strip());
    try {
      if (matcher.matches()) {
        return new PushWindow(LocalTime.parse(matcher.group(1)), LocalTime.parse(matcher.group(2)));
      }
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(refusal(text), e);
    }
    throw new IllegalArgumentException(refusal(text));
  }

  private static String refusal(String text) {
    return "'" + text + "' is no window; write for example 22:00-06:00";
  }

  /** Whether pushes may go on. */
  public boolean contains(LocalTime time) {
    boolean begun = !time.isBefore(begin);
    boolean ended = !time.isBefore(end);
    return begin.isBefore(end) ? begun && !ended : begun || !ended;
  }

  /** How long it goes on at this time of day, where that is within it. */
  public Duration left(LocalTime now) {
    Duration left = Duration.between(now, end);
    return left.isNegative() ? left.plusDays(1) : left;
  }

  @Override
  public String toString() {
    return begin + "-" + end;
  }
}
