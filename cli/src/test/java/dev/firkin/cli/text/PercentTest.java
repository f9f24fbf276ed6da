package dev.firkin.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTest {
  @ParameterizedTest
  @CsvSource({"5%, 0.05", "100%, 1", "0.5 %, 0.005"})
  void parses(String text, double part) {
    assertEquals(part, Percent.parse(text), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "0%", "101%", "-1%", "x%"})
  void refusesWhatIsNoPart(String text) {
    assertThrows(IllegalArgumentException.class, () -> Percent.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 10, 0%", "999, 1000, 99%", "9999, 10000, 99%", "10, 10, 100%", "0, 0, 100%"})
  void saysHundredOnlyWhenDone(long done, long total, String text) {
    assertEquals(text, Percent.format(done, total));
  }
}
