package dev.firkin.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "30s, 30", "10m, 600", "10min, 600", "2h, 7200", "7d, 604800"})
  void parsesWhatPeopleWrite(String text, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), Durations.parse(text));
  }

  @Test
  void knowsForever() {
    assertEquals(Durations.FOREVER, Durations.parse("forever"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "-1s", "1w", "1h30m", "99999999999s"})
  void refusesWhatIsNoDuration(String text) {
    assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0s",
    "59, 59s",
    "60, 1m 00s",
    "3599, 59m 59s",
    "3720, 1h 02m",
    "86400, 1d 0h",
    "1047600, 12d 3h"
  })
  void formatsInTwoUnits(long seconds, String text) {
    assertEquals(text, Durations.format(Duration.ofSeconds(seconds)));
  }
}
