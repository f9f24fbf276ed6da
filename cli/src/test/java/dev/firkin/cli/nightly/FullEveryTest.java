package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.MemoryProducer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.TestLeases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FullEveryTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");

  @TempDir private Path folder;

  /** The store was away for weeks; what waited goes as it would have gone then. */
  @Test
  void aBacklogIsSentInFullWhereItWouldHaveBeenNotEachTime() throws Exception {
    Config config =
        ConfigFile.parse(
            folder.resolve("firkin.toml"),
            """
            [repository.far]
            url = "/far"
            [volume.home]
            subvolume = "/disk/home"
            snapshot_dir = "/disk/snapshots"
            full_every = "10d"
            """
                .getBytes(StandardCharsets.UTF_8),
            ZoneOffset.UTC);
    VolumeConfig volume = config.volumes().getFirst();
    TestRepository test = TestRepository.plain(folder);
    Repository repository = test.asSource(test.store);
    ModelDisk disk = new ModelDisk(volume, new Random(1));
    disk.snapshot(FIRST, ZoneOffset.UTC);
    assertEquals(List.of(0), sendAll(repository, volume, disk, FIRST));
    Instant last = FIRST;
    for (int day = 1; day <= 25; day++) {
      disk.change();
      last = FIRST.plus(Duration.ofDays(day));
      disk.snapshot(last, ZoneOffset.UTC);
    }
    assertEquals(List.of(10, 20), sendAll(repository, volume, disk, last));
  }

  /** Sends what is to be sent; returns of which days the full ones are. */
  private static List<Integer> sendAll(
      Repository repository, VolumeConfig volume, ModelDisk disk, Instant now) throws Exception {
    Snapshots snapshots = repository.snapshots(ObjectCache.none());
    LocalSnapshots local = disk.look();
    DestinationPlan plan =
        new DestinationPlan(
            volume, volume.destinations().getFirst(), local, ZoneOffset.UTC, "host");
    List<Integer> full = new ArrayList<>();
    for (LocalSnapshot snapshot : plan.toSend(snapshots.load(), Optional.empty(), now)) {
      Catalog catalog = snapshots.load();
      Optional<SubvolumeUuid> parent =
          plan.parentOf(snapshot, catalog).find(snapshot, catalog).map(ParentChoice.Parent::uuid);
      Instant time = local.time(snapshot, ZoneOffset.UTC);
      if (parent.isEmpty()) {
        full.add((int) Duration.between(FIRST, time).toDays());
      }
      push(repository, disk, snapshot, parent, time);
    }
    return full;
  }

  /** As a run of the host of this name does. */
  static void push(
      Repository repository,
      ModelDisk disk,
      LocalSnapshot snapshot,
      Optional<SubvolumeUuid> parent,
      Instant time)
      throws Exception {
    PushRequest request =
        new PushRequest(
            snapshot.name(),
            Optional.of(new PushRequest.Expected(snapshot.uuid(), parent)),
            "host",
            Optional.empty(),
            Optional.of(time),
            List.of(),
            "firkin test");
    TestLeases.push(
        repository,
        1,
        request,
        new MemoryProducer(disk.send(snapshot.uuid(), parent)),
        Push.Start.FROM_CHECKPOINT);
  }
}
