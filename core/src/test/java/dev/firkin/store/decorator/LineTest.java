package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.ObjectKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LineTest {
  private static final ObjectKey KEY = ObjectKey.of("chunks/aa/1");
  private static final Duration TWENTY_SECONDS = Duration.ofSeconds(20);
  private static final int MEBIBYTE = 1 << 20;

  private final ManualClock clock = new ManualClock();
  private final Line line = new Line(clock);

  private boolean tooShort(int bytes) {
    try (Line.Divisible _ = line.divisible(KEY)) {
      return line.isTooShortFor(KEY, bytes);
    }
  }

  @Test
  void isNotTooShortAsLongAsItDoesNotDrop() {
    line.carried(MEBIBYTE, Duration.ofMinutes(1));
    assertFalse(tooShort(4 * MEBIBYTE));
  }

  @Test
  void oneThatDropsIsTooShortForWhatTakesLong() {
    line.dropped(TWENTY_SECONDS);
    assertTrue(tooShort(MEBIBYTE), "of an unknown rate");
    line.carried(MEBIBYTE, Duration.ofSeconds(8)); // 1 Mbit/s
    assertTrue(tooShort(MEBIBYTE));
    assertFalse(tooShort(MEBIBYTE / 2));
    for (int i = 0; i < 20; i++) {
      line.carried(MEBIBYTE, Duration.ofMillis(400)); // 20 Mbit/s
    }
    assertFalse(tooShort(4 * MEBIBYTE));
  }

  /** The others have to get there as they are, however long that takes. */
  @Test
  void onlyForWhatCanBeDivided() {
    line.dropped(TWENTY_SECONDS);
    assertFalse(line.isTooShortFor(KEY, MEBIBYTE));
    assertTrue(tooShort(MEBIBYTE));
    assertFalse(line.isTooShortFor(KEY, MEBIBYTE), "it is not divisible any more");
  }

  @Test
  void whatFailsAtOnceSaysNothingOfIt() {
    line.dropped(Duration.ofSeconds(3));
    assertFalse(tooShort(4 * MEBIBYTE));
  }

  @Test
  void forgivesAfterAnHour() {
    line.dropped(TWENTY_SECONDS);
    clock.advance(Duration.ofMinutes(59));
    assertTrue(tooShort(MEBIBYTE));
    clock.advance(Duration.ofMinutes(2));
    assertFalse(tooShort(MEBIBYTE));
  }

  @Test
  void isWideOnceThatIsKnown() {
    assertFalse(line.isWide());
    line.carried(1_000, Duration.ofMillis(1));
    assertFalse(line.isWide(), "so few bytes tell nothing");
    line.carried(MEBIBYTE, Duration.ofMillis(400));
    assertTrue(line.isWide());
    line.dropped(TWENTY_SECONDS);
    assertFalse(line.isWide());
    assertTrue(Line.wide().isWide());
  }
}
