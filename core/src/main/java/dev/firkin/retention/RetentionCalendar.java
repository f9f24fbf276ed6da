package dev.firkin.retention;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.OptionalInt;

/**
 * When days, weeks and months begin, for retention.
 *
 * @param hourOfDay at which days begin, 0 to 23
 * @param dayOfWeek with which weeks begin
 * @param dayOfMonth with which months begin, 1 to 28; empty where a month begins with the first
 *     week that begins in it, as btrbk has it
 */
public record RetentionCalendar(
    ZoneId zone, int hourOfDay, DayOfWeek dayOfWeek, OptionalInt dayOfMonth) {
  /** Beyond these, no arithmetic with days can be trusted to stay within what a date can be. */
  private static final Instant FIRST = Instant.parse("-9000-01-01T00:00:00Z");

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
  private static final Instant LAST = Instant.parse("9000-01-01T00:00:00Z");

  public RetentionCalendar {
    if (hourOfDay < 0 || hourOfDay > 23) {
      throw new IllegalArgumentException("no hour of the day: " + hourOfDay);
    }
    if (dayOfMonth.isPresent() && (dayOfMonth.getAsInt() < 1 || dayOfMonth.getAsInt() > 28)) {
      throw new IllegalArgumentException(
          "not a day that every month has: " + dayOfMonth.getAsInt());
    }
  }

  /** As btrbk has it where nothing is said: days from midnight, weeks from Sunday. */
  public static RetentionCalendar standard(ZoneId zone) {
    return new RetentionCalendar(zone, 0, DayOfWeek.SUNDAY, OptionalInt.empty());
  }

  /**
   * The number of the period in which a time lies: those of two times are so many periods apart.
   * Clocks that are set for summer are not reckoned with: an hour may be two, or none.
   */
  long period(Level level, Instant time) {
    Instant clamped = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
    LocalDateTime local = LocalDateTime.ofInstant(clamped, zone);
    LocalDate day = local.minusHours(hourOfDay).toLocalDate();
    return switch (level) {
      case HOURLY -> Math.floorDiv(ChronoUnit.SECONDS.between(EPOCH, local), 3600);
      case DAILY -> day.toEpochDay();
      case WEEKLY -> Math.floorDiv(weekOf(day).toEpochDay(), 7);
      case MONTHLY -> months(monthOf(day));
      case YEARLY -> monthOf(day).getYear();
    };
  }

  private LocalDate weekOf(LocalDate day) {
    return day.with(TemporalAdjusters.previousOrSame(dayOfWeek));
  }

  private YearMonth monthOf(LocalDate day) {
    return YearMonth.from(
        dayOfMonth.isPresent() ? day.minusDays(dayOfMonth.getAsInt() - 1L) : weekOf(day));
  }

  private static long months(YearMonth month) {
    return month.getYear() * 12L + month.getMonthValue();
  }
}
