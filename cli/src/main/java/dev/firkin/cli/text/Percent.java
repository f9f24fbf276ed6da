package dev.firkin.cli.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parts of a whole. */
public final class Percent {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)\\s*%");

  private Percent() {}

  /**
   * Reads {@code 5%} or {@code 0.1%}.
   *
   * @return more than 0, at most 1
   * @throws IllegalArgumentException if it is none
   */
  public static double parse(String text) {
    Matcher matcher = WRITTEN.matcher(text.strip());
    double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : -1;
    if (percent <= 0 || percent > 100) {
      throw new IllegalArgumentException(
          "'" + text + "' is no part of a whole; write for example 5% or 0.5%");
    }
    return percent / 100;
  }

  /** A whole number that is 100 only where all is done, and never more. */
  public static String format(long done, long total) {
    if (total <= 0 || done >= total) {
      return "100%";
    }
    return Math.min(99, (long) (100.0 * done / total)) + "%";
  }
}
