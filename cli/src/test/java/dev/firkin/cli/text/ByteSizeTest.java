package dev.firkin.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "10188, 9.9 KiB",
    "10189, 10 KiB",
    "1048063, 1023 KiB",
    "1048064, 1.0 MiB",
    "1048576, 1.0 MiB",
    "9223372036854775807, 8.0 EiB"
  })
  void formatsInBinaryUnits(long bytes, String text) {
    assertEquals(text, ByteSize.format(bytes));
  }

  @Test
  void staysWithinEightCharacters() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long bytes = random.nextLong(1L << (1 + random.nextInt(62)));
      assertTrue(ByteSize.format(bytes).length() <= 8, () -> ByteSize.format(bytes));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "64K, 65536",
    "64k, 65536",
    "1M, 1048576",
    "1 MiB, 1048576",
    "1.5G, 1610612736",
    "7B, 7"
  })
  void parsesWhatPeopleWrite(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1M", "1X", "1MB", "1.0000001K", "99999999999P"})
  void refusesWhatIsNoSize(String text) {
    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
  }
}
