package dev.firkin.cli.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firkin.cli.text.Durations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text in place of the end of a window. */
class WindowFuzzTest {
  private static final Instant NOW = Instant.parse("2026-03-28T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  @MethodSource("texts")
  @FuzzTest
  void windows(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    try {
      SetClock clock = new SetClock(NOW);
      Window window = Window.of(Optional.empty(), Optional.of(text), clock, ZONE);
      assertFalse(window.isOver(), text);
      clock.pass(Duration.ofHours(26));
      assertTrue(window.isOver(), text);
    } catch (UsageException e) {
      assertTrue(e.hint().isPresent());
    }
    try {
      Duration length = Durations.parse(text);
      SetClock clock = new SetClock(NOW);
      Window window = Window.of(Optional.of(length), Optional.empty(), clock, ZONE);
      assertTrue(length.isZero() == window.isOver(), text);
    } catch (IllegalArgumentException | UsageException e) {
      assertFalse(String.valueOf(e.getMessage()).isEmpty());
    }
  }

  static Stream<Arguments> texts() {
    return Stream.of("06:00", "23:59:59.999999999", "02:30", "12:00", "5h", "forever", "999999999d")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }
}
