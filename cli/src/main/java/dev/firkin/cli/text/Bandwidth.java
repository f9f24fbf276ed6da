package dev.firkin.cli.text;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast a line is.
 *
 * @param bytesPerSecond one at least
 */
public record Bandwidth(long bytesPerSecond) {
  private static final Pattern BITS =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmg]?)bit(?:/s|ps)?", Pattern.CASE_INSENSITIVE);

  public Bandwidth {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "nothing would ever be sent at " + bytesPerSecond + " B/s");
    }
  }

  /**
   * Reads {@code 500K} or {@code 2M}, bytes a second in binary units, or {@code 20Mbit}, bits in
   * decimal ones, as lines are sold.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Bandwidth parse(String text) {
    Matcher bits = BITS.matcher(text.strip());
    if (!bits.matches()) {
      return new Bandwidth(ByteSize.parse(text.strip().replaceFirst("/s$", "")));
    }
    int thousands =
        " kmg".indexOf(bits.group(2).isEmpty() ? " " : bits.group(2).toLowerCase(Locale.ROOT));
    BigDecimal perSecond = new BigDecimal(bits.group(1)).scaleByPowerOfTen(3 * thousands);
    try {
      return new Bandwidth(perSecond.divideToIntegralValue(BigDecimal.valueOf(8)).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is faster than any line", e);
    }
  }
}
