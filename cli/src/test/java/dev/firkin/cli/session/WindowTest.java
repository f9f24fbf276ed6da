package dev.firkin.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WindowTest {
  private static final Instant EVENING = Instant.parse("2026-11-22T22:00:00Z");
  private static final Instant MORNING = Instant.parse("2026-11-23T06:00:00Z");

  private final SetClock clock = new SetClock(EVENING);

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T01:00+01:00[Europe/Berlin], 06:00, 2026-11-22T05:00:00Z",
    "2026-11-22T22:15+01:00[Europe/Berlin], 06:00, 2026-11-23T05:00:00Z",
    "2026-11-22T06:00+01:00[Europe/Berlin], 06:00, 2026-11-23T05:00:00Z",
    "2026-11-22T05:59:59Z, 06:00:30, 2026-11-22T06:00:30Z",
    // The night in which the clocks are set back has an hour more.
    "2026-10-24T22:00+02:00[Europe/Berlin], 06:00, 2026-10-25T05:00:00Z"
  })
  void endsWhenTheClockShowsTheTimeNext(ZonedDateTime now, String until, Instant end)
      throws Exception {
    SetClock there = new SetClock(now.toInstant());
    Window window = Window.of(Optional.empty(), Optional.of(until), there, now.getZone());
    assertFalse(window.isOver());
    there.pass(Duration.between(now.toInstant(), end).minusMillis(1));
    assertFalse(window.isOver());
    there.pass(Duration.ofMillis(1));
    assertTrue(window.isOver());
  }

  @Test
  void endsAfterSoLong() throws Exception {
    Window window = window(Duration.ofHours(5));
    Window endless = window(Durations.FOREVER);
    clock.pass(Duration.ofHours(5).minusMillis(1));
    assertFalse(window.isOver());
    clock.pass(Duration.ofMillis(1));
    assertTrue(window.isOver());
    clock.pass(Duration.ofDays(40_000));
    assertFalse(endless.isOver());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-23T09:00:00Z", "2026-11-22T12:00:00Z", "1970-01-01T00:00:00Z"})
  void aLengthIsALengthWhateverTheClockIsSetTo(Instant to) throws Exception {
    Window window = window(Duration.ofHours(5));
    clock.pass(Duration.ofHours(1));
    clock.set(to);
    assertFalse(window.isOver());
    clock.pass(Duration.ofHours(4).minusMillis(1));
    assertFalse(window.isOver());
    clock.pass(Duration.ofMillis(1));
    assertTrue(window.isOver());
  }

  @Test
  void aTimeThatTheClockWasSetPastIsOver() throws Exception {
    Window window = until();
    clock.pass(Duration.ofHours(1));
    assertFalse(window.isOver());
    clock.set(MORNING.plusSeconds(3600));
    assertTrue(window.isOver());
    clock.set(EVENING);
    assertTrue(window.isOver(), "it has told, and does not take it back");
  }

  /** The clock was a year fast, or had no battery: the day was wrong, and the time is meant. */
  @ParameterizedTest
  @ValueSource(strings = {"2027-12-01T13:00:00Z", "1970-01-01T00:00:00Z", "2026-11-23T05:00:00Z"})
  void aTimeIsMeantByTheClockAsItIsSetRight(Instant wrong) throws Exception {
    clock.set(wrong);
    Window window = until();
    assertFalse(window.isOver());
    clock.pass(Duration.ofMinutes(1));
    assertFalse(window.isOver());
    clock.set(EVENING);
    assertFalse(window.isOver());
    clock.pass(Duration.between(EVENING, MORNING).minusMillis(1));
    assertFalse(window.isOver());
    clock.pass(Duration.ofMillis(1));
    assertTrue(window.isOver());
  }

  /** Nobody set the clock: it went on while nobody looked. */
  @Test
  void aComputerThatSleptForDaysIsPastIt() throws Exception {
    Window window = until();
    clock.pass(Duration.ofDays(3));
    assertTrue(window.isOver());
  }

  @ParameterizedTest
  @ValueSource(strings = {"6", "25:00", "tomorrow", ""})
  void refusesWhatIsNoTime(String until) {
    assertThrows(
        UsageException.class,
        () -> Window.of(Optional.empty(), Optional.of(until), clock, ZoneOffset.UTC));
  }

  @Test
  void refusesBoth() {
    assertThrows(
        UsageException.class,
        () ->
            Window.of(
                Optional.of(Duration.ofHours(1)), Optional.of("06:00"), clock, ZoneOffset.UTC));
  }

  @Test
  void tellsOfItsEndOnce() throws Exception {
    CountDownLatch told = new CountDownLatch(2);
    Window window = window(Duration.ofHours(5));
    try (Window.Watch _ = window.watch(told::countDown)) {
      assertFalse(told.await(600, TimeUnit.MILLISECONDS) || told.getCount() < 2, "too early");
      clock.pass(Duration.ofHours(5));
      while (told.getCount() == 2) {
        Thread.onSpinWait();
      }
      assertTrue(window.isOver());
      assertFalse(told.await(1500, TimeUnit.MILLISECONDS), "told twice");
    }
  }

  /** However far past its end the clock was set: who was told has time to come to an end. */
  @Test
  void whoHangsIsInterruptedThreeMinutesLater() throws Exception {
    Window window = until();
    try (Window.Watch _ = window.enforce()) {
      clock.set(MORNING.plusSeconds(3600));
      TimeUnit.MILLISECONDS.sleep(1200); // throws where it is interrupted too early
      clock.pass(Duration.ofMinutes(3));
      assertThrows(InterruptedException.class, () -> TimeUnit.SECONDS.sleep(20));
    }
  }

  @Test
  void theSteadyClockOfThisComputerGoes() throws Exception {
    HostClock here = HostClock.system();
    Duration before = here.steady();
    TimeUnit.MILLISECONDS.sleep(100);
    long millis = here.steady().minus(before).toMillis();
    assertTrue(millis >= 80 && millis < 10_000, millis + " ms");
    assertEquals(0, Duration.between(Instant.now(), here.wall()).toMinutes());
  }

  private Window window(Duration length) throws Exception {
    return Window.of(Optional.of(length), Optional.empty(), clock, ZoneId.of("Europe/Berlin"));
  }

  private Window until() throws Exception {
    return Window.of(Optional.empty(), Optional.of("06:00"), clock, ZoneOffset.UTC);
  }
}
