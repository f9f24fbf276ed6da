package dev.firkin.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final List<String> PARTS = List.of("home.1", "1.5 GiB of 3.0 GiB, 50%", "2m left");

  @Test
  void neverReachesTheLastColumn() {
    for (int width = 2; width < 60; width++) {
      int columns = width;
      String line = ProgressLine.fit(PARTS, width);
      assertTrue(line.length() < columns, () -> columns + ": " + line);
    }
  }

  @Test
  void leavesOutWhatDoesNotFitFromTheEnd() {
    assertEquals("home.1  1.5 GiB of 3.0 GiB, 50%", ProgressLine.fit(PARTS, 34));
    assertEquals("home.1  1.5 GiB of 3.0 GiB, 50%  2m left", ProgressLine.fit(PARTS, 41));
  }

  @Test
  void cutsAFirstPartThatIsTooLong() {
    assertEquals("hom", ProgressLine.fit(PARTS, 4));
  }
}
