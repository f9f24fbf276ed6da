package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chains;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class TreeTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");

  @TempDir private Path folder;

  /** Three runs a day, each with a snapshot. */
  @ParameterizedTest
  @CsvSource({
    "7d 4w 6m, 3",
    "7d 4w, 2",
    "48h 7d, 2",
    // Else each of the day would go back to a month's, or be a full one.
    "4w 6m, 3",
    "7d, 2"
  })
  void aRestoreTakesNoMoreStreamsThanThereAreLevels(String preserve, int longest) throws Exception {
    VolumeConfig volume = volume(preserve);
    TestRepository test = TestRepository.plain(folder);
    Repository repository = test.asSource(test.store);
    Snapshots snapshots = repository.snapshots(ObjectCache.none());
    ModelDisk disk = new ModelDisk(volume, new Random(1));
    for (int run = 0; run < 3 * 16; run++) {
      Instant now = FIRST.plus(Duration.ofHours(8L * run));
      disk.change();
      disk.snapshot(now, ZoneOffset.UTC);
      LocalSnapshots local = disk.look();
      LocalSnapshot snapshot = local.newest().orElseThrow();
      DestinationPlan plan =
          new DestinationPlan(
              volume, volume.destinations().getFirst(), local, ZoneOffset.UTC, "host");
      Catalog catalog = snapshots.load();
      FullEveryTest.push(
          repository,
          disk,
          snapshot,
          plan.parentOf(snapshot, catalog).find(snapshot, catalog).map(ParentChoice.Parent::uuid),
          local.time(snapshot, ZoneOffset.UTC));
    }
    Chains chains = Chains.of(snapshots.load().manifests());
    assertEquals(
        longest,
        snapshots.load().manifests().stream().mapToInt(chains::length).max().orElseThrow());
  }

  private VolumeConfig volume(String preserve) throws Exception {
    return ConfigFile.parse(
            folder.resolve("firkin.toml"),
            """
            [repository.far]
            url = "/far"
            preserve_min = "1d"
            preserve = "%s"
            [volume.home]
            subvolume = "/disk/home"
            snapshot_dir = "/disk/snapshots"
            chain = "tree"
            """
                .formatted(preserve)
                .getBytes(StandardCharsets.UTF_8),
            ZoneOffset.UTC)
        .volumes()
        .getFirst();
  }
}
