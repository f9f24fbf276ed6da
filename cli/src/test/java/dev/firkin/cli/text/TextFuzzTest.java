package dev.firkin.cli.text;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text in place of a size, a rate, a share or a span of time. */
class TextFuzzTest {
  @MethodSource("texts")
  @FuzzTest
  void quantities(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    refusedOr(() -> assertTrue(ByteSize.parse(text) >= 0, text));
    refusedOr(() -> assertTrue(Bandwidth.parse(text).bytesPerSecond() > 0, text));
    refusedOr(() -> assertFalse(Durations.parse(text).isNegative(), text));
    refusedOr(() -> {
      double share = Percent.parse(text);
      assertTrue(share > 0 && share <= 1, text);
    });
  }

  private static void refusedOr(Runnable parse) {
    try {
      parse.run();
    } catch (IllegalArgumentException e) {
      assertFalse(String.valueOf(e.getMessage()).isEmpty());
    }
  }

  static Stream<Arguments> texts() {
    return List.of(
            "4096",
            "64K",
            "1.5 MiB",
            "20Mbit",
            "500K/s",
            "1.5gbit/s",
            "99999999999999999999Gbit",
            "0.1%",
            "100 %",
            "30s",
            "10m",
            "7d",
            "0",
            "forever",
            "999999999d")
        .stream()
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }
}
