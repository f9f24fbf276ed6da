package dev.firkin.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.text.Durations;
import java.time.Duration;
import java.time.Instant;
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
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-11-22T22:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T01:00+01:00[Europe/Berlin], 06:00, 2026-11-22T05:00:00Z",
    "2026-11-22T22:15+01:00[Europe/Berlin], 06:00, 2026-11-23T05:00:00Z",
    "2026-11-22T06:00+01:00[Europe/Berlin], 06:00, 2026-11-23T05:00:00Z",
    "2026-11-22T05:59:59Z, 06:00:30, 2026-11-22T06:00:30Z",
    // The night in which the clocks are set back has an hour more.
    "2026-10-24T22:00+02:00[Europe/Berlin], 06:00, 2026-10-25T05:00:00Z"
  })
  void endsWhenTheClockShowsTheTimeNext(String now, String until, String end) throws Exception {
    Window window = Window.of(Optional.empty(), Optional.of(until), ZonedDateTime.parse(now));
    assertEquals(Optional.of(Instant.parse(end)), window.end());
  }

  @Test
  void endsAfterSoLong() throws Exception {
    Window window = Window.of(Optional.of(Duration.ofHours(5)), Optional.empty(), NOW);
    assertEquals(Optional.of(Instant.parse("2026-11-23T03:00:00Z")), window.end());
    Window endless = Window.of(Optional.of(Durations.FOREVER), Optional.empty(), NOW);
    assertEquals(Optional.empty(), endless.end());
    assertFalse(endless.isOver());
  }

  @ParameterizedTest
  @ValueSource(strings = {"6", "25:00", "tomorrow", ""})
  void refusesWhatIsNoTime(String until) {
    assertThrows(UsageException.class, () -> Window.of(Optional.empty(), Optional.of(until), NOW));
  }

  @Test
  void refusesBoth() {
    assertThrows(
        UsageException.class,
        () -> Window.of(Optional.of(Duration.ofHours(1)), Optional.of("06:00"), NOW));
  }

  @Test
  void tellsOfItsEndOnce() throws Exception {
    CountDownLatch told = new CountDownLatch(2);
    Window window = new Window(Optional.of(Instant.now().plusMillis(100)));
    try (Window.Watch _ = window.watch(told::countDown)) {
      while (told.getCount() == 2) {
        Thread.onSpinWait();
      }
      assertTrue(window.isOver());
      assertFalse(told.await(1500, TimeUnit.MILLISECONDS), "told twice");
    }
  }
}
