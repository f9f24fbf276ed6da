package dev.firkin.cli.text;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes, in binary units: 1 KiB is 1,024 bytes. */
public final class ByteSize {
  private static final String UNITS = "KMGTPE";
  private static final Pattern WRITTEN =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(?:([KMGTP])(?:iB)?|B)?", Pattern.CASE_INSENSITIVE);

  private ByteSize() {}

  /** At most eight characters: {@code 0 B}, {@code 999 B}, {@code 1.5 GiB}, {@code 1023 MiB}. */
  public static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    // What would be rounded to 1024 is one of the next unit.
    while (value >= 1023.5) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
    return number + " " + UNITS.charAt(Math.max(unit, 0)) + "iB";
  }

  /** The same per second. */
  public static String formatRate(double bytesPerSecond) {
    return format(Math.max(0, Math.round(bytesPerSecond))) + "/s";
  }

  /**
   * Reads {@code 4096}, {@code 64K}, {@code 1M} or {@code 1 MiB}; K, M, G, T and P are binary.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static long parse(String text) {
    Matcher matcher = WRITTEN.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size; write for example 512K, 1M or 4MiB");
    }
    int power =
        matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
    try {
      return new BigDecimal(matcher.group(1))
          .multiply(BigDecimal.valueOf(1L << (10 * power)))
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is no whole number of bytes", e);
    }
  }
}
