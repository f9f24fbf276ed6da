package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.VolumeConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LocalDoubtTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");
  private static final ZoneOffset ZONE = ZoneOffset.UTC;

  @TempDir private Path folder;

  private ModelClock clock;
  private ModelDisk disk;
  private RunState state;

  @BeforeEach
  void begin() throws Exception {
    clock = new ModelClock(FIRST);
    makeSnapshots("always");
    state = RunState.read(folder);
  }

  @Test
  void nightAfterNightThereIsNone() throws Exception {
    for (int night = 0; night < 10; night++) {
      assertEquals(Optional.empty(), nightly(), "night " + night);
      clock.pass(Duration.ofDays(1));
    }
  }

  /** A host that was off for weeks, or whose clock is ahead by them: who could tell? */
  @Test
  void afterALongPauseOneRunDropsNothing() throws Exception {
    assertEquals(Optional.empty(), nightly());
    clock.pass(Duration.ofDays(40));
    String doubt = nightly().orElseThrow();
    assertTrue(doubt.contains("2026-03-01"), doubt);
    clock.pass(Duration.ofDays(1));
    assertEquals(Optional.empty(), nightly());
    clock.pass(Duration.ofDays(40));
    assertTrue(nightly().isPresent());
  }

  /** What is noted of it goes from run to run. */
  @Test
  void theNextRunKnowsThatItWasDoubted() throws Exception {
    assertEquals(Optional.empty(), nightly());
    clock.pass(Duration.ofDays(40));
    assertTrue(nightly().isPresent());
    state.write();
    state = RunState.read(folder);
    clock.pass(Duration.ofDays(20));
    assertEquals(Optional.empty(), nightly(), "it was doubted before, and is no more");
  }

  @Test
  void whileTheClockIsSetNothingGoes() throws Exception {
    disk.snapshot(clock.wall(), ZONE);
    RunTime time = new RunTime(clock.wall(), clock);
    clock.set(clock.wall().minus(Duration.ofDays(400)));
    assertTrue(doubt(time).orElseThrow().contains("clock"));
  }

  /** Without new ones the old ones are all there is. */
  @Test
  void whereNobodyMakesSnapshotsAnyMoreNothingGoes() throws Exception {
    assertEquals(Optional.empty(), nightly());
    clock.pass(Duration.ofDays(5));
    String doubt = doubt(new RunTime(clock.wall(), clock)).orElseThrow();
    assertEquals("the newest is from 2026-03-01", doubt);
    assertEquals(Optional.empty(), nightly());
  }

  /** Nothing may have changed for years. */
  @Test
  void whereOnlyChangesMakeSnapshotsTheNewestMayBeOld() throws Exception {
    makeSnapshots("onchange");
    assertEquals(Optional.empty(), nightly());
    clock.pass(Duration.ofDays(5));
    assertEquals(Optional.empty(), doubt(new RunTime(clock.wall(), clock)));
  }

  /** With a new snapshot. */
  private Optional<String> nightly() throws Exception {
    disk.snapshot(clock.wall(), ZONE);
    return doubt(new RunTime(clock.wall(), clock));
  }

  private Optional<String> doubt(RunTime time) throws Exception {
    return new LocalDoubt(state, time, ZONE).of(disk.look());
  }

  private void makeSnapshots(String create) throws Exception {
    String text =
        """
        [repository.far]
        url = "/far"
        [volume.home]
        subvolume = "/disk/home"
        snapshot_dir = "/disk/snapshots"
        snapshot_create = "%s"
        max_age = "2d"
        preserve_min = "2d"
        """
            .formatted(create);
    VolumeConfig volume =
        ConfigFile.parse(folder.resolve("firkin.toml"), text.getBytes(StandardCharsets.UTF_8), ZONE)
            .volumes()
            .getFirst();
    disk = new ModelDisk(volume, new Random(1));
  }
}
