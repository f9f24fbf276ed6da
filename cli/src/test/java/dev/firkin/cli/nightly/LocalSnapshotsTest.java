package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How old snapshots are. */
@Timeout(60)
final class LocalSnapshotsTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** When all of them came over a wire. */
  private static final Instant EVENING = Instant.parse("2024-01-20T19:00:00.5Z");

  @TempDir private Path folder;

  @ParameterizedTest(name = "{1} in {0}, made {2}, received: {3}")
  @CsvSource({
    // Where both agree, the file system knows it better.
    "home.%Y%m%d, home.20240102, 2024-01-02T13:00:00.5Z, false, 2024-01-02T13:00:00.5Z",
    "home.%Y%m%d, home.20240102_2, 2024-01-02T13:00:00.5Z, false, 2024-01-02T13:00:00.5Z",
    "home.%Y%m%d, home.20240102, 2024-01-02T13:00:00.5Z, true, 2024-01-02T13:00:00.5Z",
    "home.%Y%m%d, home.20240102, 2024-01-01T23:00:00Z, false, 2024-01-01T23:00:00Z",
    "h.%Y%m%dT%H, h.20240102T14, 2024-01-02T13:59:59Z, false, 2024-01-02T13:59:59Z",
    "h.%Y%m%dT%H%M, h.20240102T1400, 2024-01-02T13:00:59Z, false, 2024-01-02T13:00:59Z",
    "h.%Y%m%dT%H%M%S, h.20240102T140000, 2024-01-02T13:00:00.5Z, false, 2024-01-02T13:00:00.5Z",
    // An hour that came twice.
    "h.%Y%m%dT%H%M, h.20241027T0230, 2024-10-27T00:30:07Z, false, 2024-10-27T00:30:07Z",
    "h.%Y%m%dT%H%M, h.20241027T0230, 2024-10-27T01:30:07Z, false, 2024-10-27T01:30:07Z",
    // Where they do not: the name, and a day from five o'clock on.
    "home.%Y%m%d, home.20240102, 2024-01-20T19:00:00Z, true, 2024-01-02T04:00:00Z",
    "home.%Y%m%d, home.20240102_3, 2024-01-20T19:00:00Z, false, 2024-01-02T04:00:00Z",
    "home.%Y%m%d, home.20240102, 2024-01-01T22:59:59Z, false, 2024-01-02T04:00:00Z",
    "h.%Y%m%dT%H, h.20240102T14, 2024-01-02T14:00:00Z, false, 2024-01-02T13:00:00Z",
    "h.%Y%m%dT%H%M, h.20240102T0000, 2024-01-20T19:00:00Z, true, 2024-01-01T23:00:00Z",
    "h.%Y%m%dT%H%M%S, h.20240102T140000, 2024-01-02T13:00:01Z, false, 2024-01-02T13:00:00Z",
    // What others have named.
    "x.%Y%m%d, home.20240102, 2024-01-20T19:00:00Z, true, 2024-01-02T04:00:00Z",
    "x.%Y%m%d, home.20240102_12, 2024-01-20T19:00:00Z, true, 2024-01-02T04:00:00Z",
    "x.%Y%m%d, home.20240102T1530, 2024-01-20T19:00:00Z, true, 2024-01-02T14:30:00Z",
    "x.%Y%m%d, home.20240102T153010-0500_1, 2024-01-20T19:00:00Z, true, 2024-01-02T20:30:10Z",
    "x.%Y%m%d, home.20240102T153010Z, 2024-01-20T19:00:00Z, true, 2024-01-02T15:30:10Z",
    "x.%Y%m%d, a.20230101.20240102, 2024-01-20T19:00:00Z, true, 2024-01-02T04:00:00Z",
    "x.%Y%m%d, home.20240102, 2024-01-02T13:00:00Z, true, 2024-01-02T13:00:00Z",
    "x.%Y%m%d, h.20240102T080010-0500, 2024-01-02T13:00:10.5Z, true, 2024-01-02T13:00:10.5Z",
    // No date, or of what was made here and by others.
    "x.%Y%m%d, home.20240102, 2024-01-20T19:00:00Z, false, 2024-01-20T19:00:00Z",
    "x.%Y%m%d, home.20240230, 2024-01-20T19:00:00Z, true, 2024-01-20T19:00:00Z",
    "x.%Y%m%d, home.20240102T153010, 2024-01-20T19:00:00Z, true, 2024-01-20T19:00:00Z",
    "x.%Y%m%d, home.20240102T153010+9900, 2024-01-20T19:00:00Z, true, 2024-01-20T19:00:00Z",
    "x.%Y%m%d, home.20240102_x, 2024-01-20T19:00:00Z, true, 2024-01-20T19:00:00Z",
    "x.%Y%m%d, home20240102, 2024-01-20T19:00:00Z, true, 2024-01-20T19:00:00Z",
    "x.%Y%m%d, 12, 2024-01-20T19:00:00Z, true, 2024-01-20T19:00:00Z"
  })
  void aSnapshotIsAsOldAs(
      String format, String name, Instant created, boolean received, Instant expected)
      throws Exception {
    VolumeConfig volume = volume("snapshot_name = \"" + format + "\"\nsnapshot_pattern = \"*\"");
    LocalSnapshot snapshot = snapshot(name, 1, created, received);
    LocalSnapshots local = new LocalSnapshots(volume, List.of(snapshot), List.of());
    assertEquals(expected, local.time(snapshot, BERLIN));
  }

  /** As on a disk that btrbk sends to. */
  @Test
  void whatArrivedInOneEveningIsOfManyDays() throws Exception {
    List<String> names = IntStream.rangeClosed(10, 19).mapToObj(d -> "home.202401" + d).toList();
    assertEquals(names, sent("snapshot_create = \"never\"\nsnapshot_pattern = \"home.*\"", names));
  }

  /** Nothing but the count of the file system tells which one was first. */
  @Test
  void ofSeveralOfOneDayTheFirstIsKept() throws Exception {
    List<String> names = new ArrayList<>();
    for (int day = 10; day < 18; day++) {
      for (String copy : List.of("", "_1", "_2")) {
        names.add("home.202401" + day + copy);
      }
    }
    List<String> expected = new ArrayList<>(names);
    expected.removeIf(name -> name.contains("_") && !name.equals(names.getLast()));
    assertEquals(expected, sent("snapshot_name = \"home.%Y%m%d\"", names));
  }

  private List<String> sent(String settings, List<String> names) throws Exception {
    VolumeConfig volume = volume(settings);
    List<LocalSnapshot> snapshots =
        IntStream.range(0, names.size())
            .mapToObj(i -> snapshot(names.get(i), 100 + i, EVENING.plusSeconds(i), true))
            .toList();
    LocalSnapshots local = new LocalSnapshots(volume, snapshots, List.of());
    TestRepository test = TestRepository.plain(folder);
    DestinationPlan plan =
        new DestinationPlan(volume, volume.destinations().getFirst(), local, BERLIN, "host");
    return plan
        .toSend(
            test.asSource(test.store).snapshots(ObjectCache.none()).load(),
            Optional.empty(),
            EVENING.plusSeconds(3600))
        .stream()
        .map(s -> s.name().name())
        .toList();
  }

  private VolumeConfig volume(String settings) throws Exception {
    return ConfigFile.parse(
            folder.resolve("firkin.toml"),
            """
            [retention]
            hour_of_day = 5
            [repository.far]
            url = "/far"
            preserve_min = "no"
            preserve = "30d"
            [volume.home]
            subvolume = "/disk/home"
            snapshot_dir = "/disk/snapshots"
            %s
            """
                .formatted(settings)
                .getBytes(StandardCharsets.UTF_8),
            BERLIN)
        .volumes()
        .getFirst();
  }

  private static LocalSnapshot snapshot(
      String name, long transaction, Instant created, boolean received) {
    // As far apart as random ones, so that no table of hashes has them in this order.
    SubvolumeUuid uuid = new SubvolumeUuid(transaction * 0x9e3779b97f4a7c15L, transaction);
    SubvolumeInfo info =
        new SubvolumeInfo(
            256 + transaction,
            5,
            StreamPath.of(name),
            true,
            uuid,
            Optional.empty(),
            received ? Optional.of(uuid) : Optional.empty(),
            transaction,
            transaction,
            transaction,
            0,
            0,
            created);
    return new LocalSnapshot(
        Path.of("/disk/snapshots", name),
        info,
        BtrfsFilesystem.of(List.of()),
        new SnapshotName("home", name));
  }
}
