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
    try (Line.Passage _ = line.passage(KEY, 0, true)) {
      return line.isTooShortFor(KEY, bytes);
    }
  }

  private void carried(int bytes, Duration took) {
    line.carried(bytes, took, 1);
  }

  @Test
  void isNotTooShortAsLongAsNothingIsKnown() {
    assertFalse(tooShort(4 * MEBIBYTE));
  }

  /** A first cut costs no more than that. */
  @Test
  void oneThatWasNeverSeenToDropIsTooShortForWhatTakesFiveSeconds() {
    carried(MEBIBYTE, Duration.ofSeconds(8)); // 1 Mbit/s
    assertTrue(tooShort(MEBIBYTE));
    assertFalse(tooShort(600 << 10));
  }

  /** Who shares it will have it alone in the end: what counts is what it carries in all. */
  @Test
  void whatIsBesideOthersIsNotSlow() {
    line.carried(MEBIBYTE, Duration.ofSeconds(8), 4); // 4 Mbit/s
    assertFalse(tooShort(2 * MEBIBYTE));
    assertTrue(tooShort(3 * MEBIBYTE));
  }

  @Test
  void oneThatDropsIsTooShortForWhatTakesTwoSeconds() {
    line.dropped(TWENTY_SECONDS);
    assertTrue(tooShort(MEBIBYTE), "of an unknown rate");
    carried(MEBIBYTE, Duration.ofSeconds(4)); // 2 Mbit/s
    assertTrue(tooShort(600 << 10));
    assertFalse(tooShort(400 << 10));
    for (int i = 0; i < 20; i++) {
      carried(MEBIBYTE, Duration.ofMillis(400)); // 20 Mbit/s
    }
    assertFalse(tooShort(4 * MEBIBYTE));
  }

  /** Small objects are slow where the store takes its time; but no line is slower than they. */
  @Test
  void smallObjectsOnlyMakeItFaster() {
    carried(MEBIBYTE, Duration.ofSeconds(8));
    assertTrue(tooShort(MEBIBYTE));
    for (int i = 0; i < 20; i++) {
      carried(64 << 10, Duration.ofMillis(100));
    }
    assertFalse(tooShort(MEBIBYTE));
    for (int i = 0; i < 20; i++) {
      carried(64 << 10, Duration.ofSeconds(1));
    }
    assertFalse(tooShort(MEBIBYTE));
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
    line.dropped(Duration.ofMillis(900));
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
    carried(1_000, Duration.ofMillis(1));
    assertFalse(line.isWide(), "so few bytes tell nothing");
    carried(MEBIBYTE, Duration.ofMillis(400));
    assertTrue(line.isWide());
    line.dropped(TWENTY_SECONDS);
    assertFalse(line.isWide());
    assertTrue(Line.wide().isWide());
  }

  @Test
  void aFolderIsNoLine() {
    Line folder = Line.wide();
    folder.carried(MEBIBYTE, Duration.ofSeconds(8), 1);
    folder.dropped(TWENTY_SECONDS);
    try (Line.Passage _ = folder.passage(KEY, 0, true)) {
      assertFalse(folder.isTooShortFor(KEY, MEBIBYTE));
    }
  }
}
