package dev.firkin.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar and what it means, against what btrbk.conf(5) says. */
final class RetentionPolicyTest {
  private static final RetentionCalendar SUNDAYS = RetentionCalendar.standard(ZoneOffset.UTC);

  /** A Wednesday; its week began on Sunday the 22nd. */
  private static final Instant NOW = at("2026-11-25T12:00");

  @ParameterizedTest
  @ValueSource(strings = {"all", "latest", "no", "2d", "48h", "1w", "6m", "10y"})
  void preserveMinReadsBackAsWritten(String text) {
    assertEquals(text, PreserveMin.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "2", "d", "-1d", "0d", "*d", "2 d", "2D", "2x", "All", "1d 2w", "9999999d"})
  void preserveMinRefusesOtherWords(String text) {
    assertThrows(IllegalArgumentException.class, () -> PreserveMin.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "14d 4w 6m *y,14d 4w 6m *y",
    "*y 6m 14d,14d 6m *y",
    " 24h  7d ,24h 7d",
    "no,no",
    "0d,0d"
  })
  void preserveReadsBackFinestFirst(String text, String written) {
    assertEquals(written, Preserve.parse(text).toString());
    assertEquals(Preserve.parse(text), Preserve.parse(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "14", "14d,4w", "14d 4d", "d", "-1d", "no 14d", "**y", "14 d", "*"})
  void preserveRefusesOtherWords(String text) {
    assertThrows(IllegalArgumentException.class, () -> Preserve.parse(text));
  }

  @Test
  void hoursBackTheFirstOfEachHour() {
    assertKept(
        "2h",
        Map.of(
            "2026-11-25T11:59", "first of the hour, 1 hour ago",
            "2026-11-25T10:00", "first of the hour, 2 hours ago"),
        "2026-11-25T09:59",
        "2026-11-25T10:30",
        "2026-11-25T10:59");
  }

  @Test
  void daysBackTheFirstOfEachDay() {
    assertKept(
        "2d",
        Map.of(
            "2026-11-25T03:00", "first of the day",
            "2026-11-24T00:00", "first of the day, 1 day ago",
            "2026-11-23T23:59", "first of the day, 2 days ago"),
        "2026-11-25T04:00",
        "2026-11-24T12:00",
        "2026-11-22T23:59");
  }

  @Test
  void aDayBeginsAtItsHour() {
    RetentionCalendar fromSix =
        new RetentionCalendar(ZoneOffset.UTC, 6, DayOfWeek.SUNDAY, OptionalInt.empty());
    assertKept(
        policy("no", "1d", fromSix),
        NOW,
        Map.of(
            "2026-11-25T06:00", "first of the day",
            "2026-11-24T07:00", "first of the day, 1 day ago"),
        "2026-11-25T05:59", // belongs to the 24th, which has an earlier one
        "2026-11-24T05:59");
  }

  @Test
  void weeksBackTheFirstDailyFromTheDayOfTheWeekOn() {
    assertKept(
        "2w",
        Map.of(
            "2026-11-22T01:00", "first of the week", // the Sunday
            "2026-11-17T00:00", "first of the week, 1 week ago", // none was made on Sunday
            "2026-11-08T09:00", "first of the week, 2 weeks ago"),
        "2026-11-22T02:00",
        "2026-11-23T00:00",
        "2026-11-18T00:00",
        "2026-11-07T23:59");
  }

  @Test
  void anotherDayOfTheWeek() {
    RetentionCalendar mondays =
        new RetentionCalendar(ZoneOffset.UTC, 0, DayOfWeek.MONDAY, OptionalInt.empty());
    assertKept(
        policy("no", "0d 1w", mondays),
        NOW,
        Map.of(
            "2026-11-23T00:00", "first of the week",
            "2026-11-16T00:00", "first of the week, 1 week ago"),
        "2026-11-22T00:00");
  }

  @Test
  void monthsBackTheFirstWeeklyOfEachMonth() {
    assertKept(
        "1m",
        Map.of(
            // Of the week of 25 October, which belongs to October.
            "2026-11-01T00:00", "first of the month",
            "2026-10-04T00:00", "first of the month, 1 month ago"),
        "2026-11-02T00:00",
        "2026-11-08T00:00",
        "2026-10-31T00:00",
        "2026-10-02T00:00", // its week began in September
        "2026-09-06T00:00");
  }

  @Test
  void aDayOfTheMonthInsteadOfTheFirstWeek() {
    RetentionCalendar tenths =
        new RetentionCalendar(ZoneOffset.UTC, 0, DayOfWeek.SUNDAY, OptionalInt.of(10));
    assertKept(
        policy("no", "1m", tenths),
        NOW,
        Map.of(
            "2026-11-15T00:00", "first of the month",
            "2026-10-11T00:00", "first of the month, 1 month ago"),
        "2026-11-22T00:00",
        "2026-10-18T00:00",
        "2026-09-20T00:00");
  }

  @Test
  void yearsBackTheFirstMonthlyOfEachYear() {
    assertKept(
        "*y",
        Map.of(
            "2026-01-04T00:00", "first of the year",
            "2025-02-02T00:00", "first of the year, 1 year ago",
            "1999-12-26T00:00", "first of the year, 27 years ago"),
        "2026-01-05T00:00",
        "2026-02-01T00:00",
        "2025-03-02T00:00");
  }

  @ParameterizedTest
  @CsvSource({
    "all, 2020-01-01T00:00, true",
    "2d, 2026-11-23T00:00, true",
    "2d, 2026-11-22T23:59, false",
    "3h, 2026-11-25T09:00, true",
    "3h, 2026-11-25T08:59, false",
    "1w, 2026-11-15T00:00, true",
    "1w, 2026-11-14T23:59, false",
    "no, 2026-11-25T11:59, false",
    "latest, 2026-11-25T11:59, false"
  })
  void everythingYoungIsKept(String min, String time, boolean kept) {
    List<Verdict<Instant>> verdicts =
        policy(min, "no", SUNDAYS).judge(List.of(at(time), NOW), Function.identity(), NOW);
    assertEquals(kept, verdicts.getFirst().isKept());
  }

  @Test
  void theNewestIsKeptWhateverIsSaid() {
    List<Verdict<Instant>> verdicts =
        policy("no", "no", SUNDAYS)
            .judge(
                List.of(at("2001-01-01T00:00"), at("2000-01-01T00:00")), Function.identity(), NOW);
    assertEquals(List.of(false, true), verdicts.stream().map(Verdict::isKept).toList());
  }

  @Test
  void whatComesFromTheFutureIsKept() {
    Verdict<Instant> future =
        policy("no", "no", SUNDAYS)
            .judge(List.of(at("2027-01-01T00:00")), Function.identity(), NOW)
            .getFirst();
    assertEquals(new Verdict.Reason.Future(), future.kept().orElseThrow());
  }

  @Test
  void timesAreLocal() {
    RetentionCalendar honolulu = RetentionCalendar.standard(ZoneId.of("Pacific/Honolulu"));
    List<Verdict<Instant>> verdicts =
        policy("no", "7d", honolulu)
            .judge(
                List.of(at("2026-11-25T09:59"), at("2026-11-25T10:00"), at("2026-11-25T11:00")),
                Function.identity(),
                NOW);
    // Ten hours behind: the first is of the day before.
    assertEquals(List.of(true, true, true), verdicts.stream().map(Verdict::isKept).toList());
    assertEquals("first of the day, 1 day ago", verdicts.get(0).kept().orElseThrow().toString());
    assertEquals("first of the day", verdicts.get(1).kept().orElseThrow().toString());
    assertEquals("the newest", verdicts.get(2).kept().orElseThrow().toString());
  }

  /** Judged every night, nothing that a later night wants was dropped by an earlier one. */
  @Test
  void whatIsKeptForLongWasKeptAllTheTime() {
    Random random = new Random(11);
    RetentionPolicy policy = policy("1d", "5d 3w 4m *y", SUNDAYS);
    List<Instant> all = new ArrayList<>();
    List<Instant> kept = new ArrayList<>();
    Instant night = at("2024-02-27T02:00");
    for (int i = 0; i < 900; i++) {
      night = night.plus(Duration.ofHours(24));
      for (int n = random.nextInt(3); n > 0; n--) {
        Instant taken = night.minus(Duration.ofMinutes(random.nextInt(20 * 60)));
        all.add(taken);
        kept.add(taken);
      }
      kept = keptOf(policy, kept, night);
      assertEquals(keptOf(policy, all, night), kept);
    }
    assertTrue(kept.size() < 30, () -> "too many for the policy");
  }

  @Test
  void levelsAreTheCoarsestOfWhichOneIsTheFirst() {
    Map<Instant, Level> levels =
        policy("no", "no", SUNDAYS)
            .levels(
                Stream.of(
                        "2026-01-04T00:00",
                        "2026-02-01T00:00",
                        "2026-02-08T00:00",
                        "2026-02-09T00:00",
                        "2026-02-09T01:00",
                        "2026-02-09T01:30")
                    .map(RetentionPolicyTest::at)
                    .toList(),
                Function.identity());
    assertEquals(
        Map.of(
            at("2026-01-04T00:00"), Level.YEARLY,
            at("2026-02-01T00:00"), Level.MONTHLY,
            at("2026-02-08T00:00"), Level.WEEKLY,
            at("2026-02-09T00:00"), Level.DAILY,
            at("2026-02-09T01:00"), Level.HOURLY),
        levels);
  }

  @Test
  void timesAtTheEndOfTimeAreNoTrouble() {
    List<Verdict<Instant>> verdicts =
        policy("1d", "*h *d *w *m *y", SUNDAYS)
            .judge(List.of(Instant.MIN, Instant.MAX), Function.identity(), NOW);
    assertTrue(verdicts.stream().allMatch(Verdict::isKept));
  }

  private static List<Instant> keptOf(RetentionPolicy policy, List<Instant> of, Instant now) {
    return policy.judge(of, Function.identity(), now).stream()
        .filter(Verdict::isKept)
        .map(Verdict::snapshot)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static void assertKept(String preserve, Map<String, String> kept, String... dropped) {
    assertKept(policy("no", preserve, SUNDAYS), NOW, kept, dropped);
  }

  /** The newest of all, which is kept for being that, is left out of what is compared. */
  private static void assertKept(
      RetentionPolicy policy, Instant now, Map<String, String> kept, String... dropped) {
    List<Instant> all =
        Stream.of(
                kept.keySet().stream(),
                Stream.of(dropped),
                Stream.of(now.toString().substring(0, 16)))
            .flatMap(Function.identity())
            .map(RetentionPolicyTest::at)
            .toList();
    Map<Instant, String> reasons =
        policy.judge(all, Function.identity(), now).stream()
            .filter(verdict -> verdict.isKept() && !verdict.snapshot().equals(now))
            .collect(Collectors.toMap(Verdict::snapshot, v -> v.kept().orElseThrow().toString()));
    assertEquals(
        kept.entrySet().stream()
            .collect(Collectors.toMap(e -> at(e.getKey()), Map.Entry::getValue)),
        reasons);
  }

  private static RetentionPolicy policy(String min, String preserve, RetentionCalendar calendar) {
    return new RetentionPolicy(PreserveMin.parse(min), Preserve.parse(preserve), calendar);
  }

  private static Instant at(String local) {
    return LocalDateTime.parse(local).toInstant(ZoneOffset.UTC);
  }
}
