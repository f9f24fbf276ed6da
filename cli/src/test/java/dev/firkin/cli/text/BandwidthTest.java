package dev.firkin.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthTest {
  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "500K, 512000",
    "2M, 2097152",
    "1.5 MiB/s, 1572864",
    "20Mbit, 2500000",
    "1 mbit/s, 125000",
    "64kbit, 8000",
    "800bit, 100"
  })
  void readsBytesAndBits(String text, long bytes) {
    assertEquals(bytes, Bandwidth.parse(text).bytesPerSecond());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "fast", "0bit", "7bit", "-1M", "Mbit", "0.5Gbps"})
  void refusesWhatIsNone(String text) {
    assertThrows(IllegalArgumentException.class, () -> Bandwidth.parse(text));
  }

  @Test
  void zeroIsNoLimit() {
    assertThrows(IllegalArgumentException.class, () -> new Bandwidth(0));
  }
}
