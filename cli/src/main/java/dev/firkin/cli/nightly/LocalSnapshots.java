package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.btrfs.BtrfsTool;
import dev.firkin.btrfs.SnapshotListing;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.NamedTime;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The read-only snapshots of one volume that lie on this host.
 *
 * @param snapshots oldest first, by the file system's own count
 * @param problems what looks like one and is none, for people
 */
record LocalSnapshots(VolumeConfig volume, List<LocalSnapshot> snapshots, List<String> problems) {
  LocalSnapshots {
    snapshots = List.copyOf(snapshots);
    problems = List.copyOf(problems);
  }

  static LocalSnapshots of(VolumeConfig volume) throws FirkinException {
    BtrfsTool.requirePresent();
    BtrfsTool.requireRoot("btrfs send");
    Path folder = volume.snapshotFolder();
    SnapshotListing listing = SnapshotListing.of(folder, volume.snapshotPattern().glob());
    BtrfsFilesystem filesystem = BtrfsFilesystem.of(folder);
    List<LocalSnapshot> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    listing.problems().forEach(p -> problems.add(String.valueOf(p.why().getMessage())));
    for (SnapshotListing.Entry entry : listing.snapshots()) {
      if (!entry.info().readOnly()) {
        problems.add(entry.path() + " is not read-only, so it is no snapshot to send");
        continue;
      }
      try {
        String name = volume.snapshotPattern().nameOf(entry.name()).orElse(entry.name());
        found.add(
            new LocalSnapshot(
                entry.path(), entry.info(), filesystem, new SnapshotName(volume.name(), name)));
      } catch (IllegalArgumentException e) {
        problems.add(entry.path() + " cannot be stored under its name: " + e.getMessage());
      }
    }
    return new LocalSnapshots(volume, found, problems);
  }

  Optional<LocalSnapshot> newest() {
    return snapshots.isEmpty() ? Optional.empty() : Optional.of(snapshots.getLast());
  }

  /**
   * With one more that is made at some time, for those who only tell what would be done with it.
   *
   * @param filesystem that the folder lies on
   */
  LocalSnapshots with(String name, Instant made, BtrfsFilesystem filesystem) {
    SubvolumeUuid random = SubvolumeUuid.parse(UUID.randomUUID().toString());
    SubvolumeInfo info =
        new SubvolumeInfo(
            0,
            0,
            StreamPath.of(name),
            true,
            random,
            Optional.empty(),
            Optional.empty(),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE, // newer than all others
            0,
            0,
            made);
    List<LocalSnapshot> more = new ArrayList<>(snapshots);
    more.add(
        new LocalSnapshot(
            volume.snapshotFolder().resolve(name),
            info,
            filesystem,
            new SnapshotName(volume.name(), name)));
    return new LocalSnapshots(volume, more, problems);
  }

  /**
   * When a snapshot was taken. The file system knows it best, and to the nanosecond; but of what
   * was received here it knows when that was, so what its name says goes before where the two
   * disagree. A day that has no time of its own begins when the days of retention do.
   */
  Instant time(LocalSnapshot snapshot, ZoneId zone) {
    SubvolumeInfo info = snapshot.info();
    String name = snapshot.name().name();
    return volume
        .snapshotName()
        .named(name)
        .or(() -> info.receivedUuid().flatMap(received -> NamedTime.ofBtrbk(name)))
        .filter(named -> !named.covers(info.created(), zone))
        .map(named -> first(named, zone, info.created()))
        .orElse(info.created());
  }

  private Instant first(NamedTime named, ZoneId zone, Instant created) {
    return named.unit() == ChronoUnit.DAYS
        ? named
            .begin()
            .withHour(volume.localRetention().calendar().hourOfDay())
            .atZone(zone)
            .toInstant()
        : named.first(zone, created);
  }
}
