package dev.firkin.cli.disposal;

import dev.firkin.cli.session.UsageException;
import dev.firkin.retention.Preserve;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionCalendar;
import dev.firkin.retention.RetentionPolicy;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** A retention policy on a command line. */
final class PolicyOptions {
  @Option(
      names = "--preserve-min",
      paramLabel = "SPAN",
      description =
          "Keep everything for this long: all, latest, no, or such as 2d, 48h, 3m (default:"
              + " latest).")
  private Optional<String> min = Optional.empty();

  @Option(
      names = "--preserve",
      paramLabel = "POLICY",
      description =
          "Keep the first of each hour, day, week, month, year, this many back: 14d 4w 6m *y"
              + " (default: no).")
  private Optional<String> preserve = Optional.empty();

  @Option(
      names = "--hour-of-day",
      paramLabel = "HOUR",
      description = "When days begin, 0 to 23 (default: 0).")
  private int hourOfDay;

  @Option(
      names = "--day-of-week",
      paramLabel = "DAY",
      description = "With which day weeks begin (default: sunday).")
  private String dayOfWeek = "sunday";

  @Option(
      names = "--day-of-month",
      paramLabel = "DAY",
      description =
          "With which day months begin, 1 to 28 (default: with the first week that begins in"
              + " them).")
  private Optional<Integer> dayOfMonth = Optional.empty();

  boolean isGiven() {
    return min.isPresent() || preserve.isPresent();
  }

  RetentionPolicy policy(ZoneId zone) throws UsageException {
    return new RetentionPolicy(
        parsed("--preserve-min", min.orElse("latest"), PreserveMin::parse),
        parsed("--preserve", preserve.orElse("no"), Preserve::parse),
        calendar(zone));
  }

  private RetentionCalendar calendar(ZoneId zone) throws UsageException {
    DayOfWeek day =
        parsed(
            "--day-of-week", dayOfWeek, text -> DayOfWeek.valueOf(text.toUpperCase(Locale.ROOT)));
    try {
      return new RetentionCalendar(
          zone, hourOfDay, day, dayOfMonth.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          String.valueOf(e.getMessage()), "--hour-of-day is 0 to 23, --day-of-month 1 to 28");
    }
  }

  private static <T> T parsed(String option, String text, Function<String, T> parse)
      throws UsageException {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          option + ": " + e.getMessage(), "'firkin help forget' shows how it is written");
    }
  }
}
