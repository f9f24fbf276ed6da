package dev.firkin.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What snapshots are called, and which names are those of snapshots; and windows. */
class SnapshotNamesTest {
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");

  @Test
  void aFormatIsCoveredByAPattern() {
    for (String text :
        List.of("a*[x]?{\\\\}%Y-%m-%d", "%Y%m%d%H%M%S%%", "\u00e4\ud83d\ude00%d.%m.%Y")) {
      SnapshotNameFormat format = SnapshotNameFormat.parse(text);
      SnapshotPattern pattern = SnapshotPattern.of(format);
      assertTrue(pattern.matches(format.name(TIME, ZoneOffset.UTC, name -> false)), text);
      assertTrue(pattern.matches(format.name(TIME, ZoneOffset.UTC, n -> !n.endsWith("_2"))), text);
      assertFalse(pattern.matches("x" + format.name(TIME, ZoneOffset.UTC, name -> false)), text);
    }
    assertFalse(covering("home.%Y%m%d").overlaps(covering("home.x.%Y%m%d")));
    assertFalse(covering("home.%Y%m%d").overlaps(covering("home.%Y%m%dT%H%M")));
    assertTrue(covering("home.%Y%m%d").overlaps(new SnapshotPattern("*_1")));
    assertTrue(covering("home.%Y%m%d").overlaps(new SnapshotPattern("home*")));
  }

  private static SnapshotPattern covering(String format) {
    return SnapshotPattern.of(SnapshotNameFormat.parse(format));
  }

  @ParameterizedTest
  @CsvSource({
    "*/snapshot, 12/snapshot, 12",
    "home.*, home.1, home.1",
    "home.1, home.1, home.1",
    "a*/b*, a1/b2, a1.b2",
    "x/y, x/y, y",
    "*/snapshot, snapshot,",
    "*, a/b,",
  })
  void aSnapshotIsCalledByWhatThePatternDoesNotGive(String glob, String path, String name) {
    assertEquals(Optional.ofNullable(name), new SnapshotPattern(glob).nameOf(path));
  }

  @Test
  void aPatternKnowsHowDeepToLook() {
    assertEquals(1, new SnapshotPattern("home.*").depth());
    assertEquals(2, new SnapshotPattern("*/snapshot").depth());
  }

  @ParameterizedTest
  @CsvSource({
    "home.*, h*1, true",
    "*/x, x/*, true",
    "[a-c]x, [!a]x, true",
    "[ab], [!ab], false",
    "a*, *b, true",
    "a*b, b*a, false",
    "?, ab, false",
    "*/*, *, false",
    "[!a], /, false"
  })
  void patternsOverlapWhereOneNameCouldBeBoth(String one, String other, boolean overlap) {
    List<Glob> a = Glob.parse(one);
    List<Glob> b = Glob.parse(other);
    assertEquals(overlap, Glob.anyOverlaps(a, b));
    assertEquals(overlap, Glob.anyOverlaps(b, a));
  }

  /** Against the patterns of the JDK, and an overlap against all short texts. */
  @Test
  void randomPatternsMatchWhatOthersMatch() {
    Random random = new Random(11);
    for (int i = 0; i < 3000; i++) {
      String one = randomText(random, "ab?*[a]").replaceFirst("b", "{a,b*}");
      String other = randomText(random, "ab?*[!b]");
      PathMatcher theirs = FileSystems.getDefault().getPathMatcher("glob:" + one);
      boolean both = false;
      for (int n = 0; n < 64; n++) {
        String text = randomText(new Random(n), "abc").replaceAll("[^abc]", "");
        assertEquals(
            theirs.matches(Path.of(text)),
            Glob.anyMatches(Glob.parse(one), text),
            one + " " + text);
        both |= Glob.anyMatches(Glob.parse(one), text) && Glob.anyMatches(Glob.parse(other), text);
      }
      assertTrue(!both || Glob.anyOverlaps(Glob.parse(one), Glob.parse(other)), one + " " + other);
    }
  }

  private static String randomText(Random random, String letters) {
    StringBuilder text = new StringBuilder();
    int pieces = 1 + random.nextInt(5);
    for (int i = 0; i < pieces; i++) {
      int at = random.nextInt(letters.length());
      int bracket = letters.indexOf('[');
      text.append(
          bracket >= 0 && at >= bracket
              ? letters.substring(bracket)
              : letters.substring(at, at + 1));
    }
    return text.toString();
  }

  @Test
  void aPatternThatWouldTakeForEverTakesNoTime() {
    SnapshotPattern pattern = new SnapshotPattern("*a".repeat(120) + "b");
    assertFalse(pattern.matches("a".repeat(255)));
    assertThrows(IllegalArgumentException.class, () -> new SnapshotPattern("*".repeat(2000)));
  }

  @Test
  void aWindowMayGoOverMidnight() {
    PushWindow night = PushWindow.parse("22:00-06:00");
    assertTrue(night.contains(LocalTime.of(22, 0)));
    assertTrue(night.contains(LocalTime.MIDNIGHT));
    assertFalse(night.contains(LocalTime.of(6, 0)));
    PushWindow day = PushWindow.parse(" 06:00 - 22:00 ");
    for (int hour = 0; hour < 24; hour++) {
      assertEquals(!night.contains(LocalTime.of(hour, 0)), day.contains(LocalTime.of(hour, 0)));
    }
    assertEquals("22:00-06:00", night.toString());
  }
}
