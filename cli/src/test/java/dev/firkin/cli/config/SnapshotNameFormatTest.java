package dev.firkin.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotNameFormatTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NIGHT = Instant.parse("2026-11-22T01:02:03Z");

  @ParameterizedTest
  @CsvSource({
    "home.%Y%m%dT%H%M%S, home.20261122T020203",
    "%Y-%m-%d, 2026-11-22",
    "%d.%m.%Y_%H, 22.11.2026_02",
    "100%%_%Y%m%d, 100%_20261122",
    "a%%Y%Y%m%d, a%Y20261122",
    "\u00fc@*?[x]{y}!^-\\%Y%m%d, \u00fc@*?[x]{y}!^-\\20261122"
  })
  void namesBySpecifiedFieldsInTheZone(String text, String name) {
    SnapshotNameFormat format = SnapshotNameFormat.parse(text);

    assertEquals(name, format.name(NIGHT, BERLIN, n -> false));
    assertEquals(text, format.toString());
    assertTrue(format.read(name, BERLIN).isPresent());
    assertTrue(matchesGlob(format, name), format.glob());
    assertFalse(matchesGlob(format, "x" + name), format.glob());
    assertFalse(matchesGlob(format, name + "x"), format.glob());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "home",
        "home.%Y%m",
        "%H%M%S",
        "%Y%m%d%M",
        "%Y%m%d%H%S",
        "%Y%m%d%Y",
        "%Y%m%d%",
        "%Y%m%d%y",
        "%Y%m%d% ",
        "a/%Y%m%d",
        "%Y%m%d\n",
        "\ud800%Y%m%d",
        "\ufffd%Y%m%d"
      })
  void refusesWhatGivesNoUsableNames(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SnapshotNameFormat.parse(text));
    assertTrue(String.valueOf(e.getMessage()).contains("is no format of snapshot names"));
  }

  @Test
  void refusesNamesThatNoFileSystemTakes() {
    // 8 digits and _9999
    SnapshotNameFormat.parse("\u00e9".repeat(121) + "%Y%m%d");
    assertThrows(
        IllegalArgumentException.class,
        () -> SnapshotNameFormat.parse("\u00e9".repeat(122) + "%Y%m%d"));
  }

  @Test
  void numbersWhatHasTheSameTime() {
    SnapshotNameFormat format = SnapshotNameFormat.parse("home.%Y%m%d");
    Set<String> taken = new HashSet<>();
    for (int copy = 0; copy < 12; copy++) {
      String name = format.name(NIGHT, BERLIN, taken::contains);
      assertEquals("home.20261122" + (copy == 0 ? "" : "_" + copy), name);
      assertTrue(taken.add(name));
      assertTrue(matchesGlob(format, name));
      assertEquals(copy, format.read(name, BERLIN).orElseThrow().copy());
    }
    assertThrows(IllegalStateException.class, () -> format.name(NIGHT, BERLIN, n -> true));
  }

  @Test
  void ordersByTimeThenByNumber() {
    SnapshotNameFormat format = SnapshotNameFormat.parse("%d.%m.%Y");
    assertEquals(
        List.of("22.11.2026", "22.11.2026_2", "22.11.2026_10", "01.12.2026"),
        List.of("01.12.2026", "22.11.2026_10", "22.11.2026", "22.11.2026_2").stream()
            .sorted(Comparator.comparing(name -> format.read(name, BERLIN).orElseThrow()))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "home.20261122",
        "home.20261122T0102031",
        "home.20261322T010203",
        "home.20260229T010203",
        "home.20261122T240000",
        "home.20261122T010203_0",
        "home.20261122T010203_01",
        "home.20261122T010203_",
        "home.20261122T010203_12345",
        "home.20261122T010203_1_1",
        "root.20261122T010203",
        "homeX20261122T010203",
        "home.2026112\u0662T010203",
        "home.20261122T010203\n"
      })
  void readsNoNameThatItDoesNotGive(String name) {
    assertEquals(
        Optional.empty(), SnapshotNameFormat.parse("home.%Y%m%dT%H%M%S").read(name, BERLIN));
  }

  @Test
  void readsBackWhatItGave() {
    SnapshotNameFormat format = SnapshotNameFormat.parse("%S%M%H%d%m%Y");
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      Instant at = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L));
      String name = format.name(at, BERLIN, n -> false);
      assertEquals(
          new SnapshotTime(at, 0),
          format.read(name, BERLIN, at.plusSeconds(random.nextLong(-1200, 1200))).orElseThrow());
    }
  }

  @Test
  void anHourThatCameTwiceIsTheOneNearerToTheFileSystemsTime() {
    SnapshotNameFormat format = SnapshotNameFormat.parse("%Y%m%dT%H%M");
    Instant first = Instant.parse("2026-10-25T00:30:00Z");
    Instant second = first.plus(Duration.ofHours(1));
    String name = format.name(first, BERLIN, n -> false);

    assertEquals(name, format.name(second, BERLIN, n -> false));
    assertEquals(first, format.read(name, BERLIN).orElseThrow().at());
    assertEquals(first, format.read(name, BERLIN, first.plusSeconds(7)).orElseThrow().at());
    assertEquals(second, format.read(name, BERLIN, second.plusSeconds(7)).orElseThrow().at());
    assertEquals(
        first, format.read(name, BERLIN, first.minus(Duration.ofDays(9))).orElseThrow().at());
  }

  @Test
  void anHourThatWasLeftOutIsReadAsLater() {
    SnapshotNameFormat format = SnapshotNameFormat.parse("%Y%m%dT%H%M");
    // The clock went from 02:00 to 03:00.
    assertEquals(
        LocalDateTime.of(2026, 3, 29, 3, 30).toInstant(ZoneOffset.ofHours(2)),
        format.read("20260329T0230", BERLIN).orElseThrow().at());
  }

  @Test
  void aDateIsTheFirstMomentOfItsDay() {
    SnapshotNameFormat format = SnapshotNameFormat.parse("%Y%m%d");
    assertEquals(
        Instant.parse("2026-11-21T23:00:00Z"), format.read("20261122", BERLIN).orElseThrow().at());
    // There the day had no midnight.
    assertEquals(
        Instant.parse("2018-11-04T03:00:00Z"),
        format.read("20181104", ZoneId.of("America/Sao_Paulo")).orElseThrow().at());
  }

  private static boolean matchesGlob(SnapshotNameFormat format, String name) {
    return FileSystems.getDefault().getPathMatcher("glob:" + format.glob()).matches(Path.of(name));
  }
}
