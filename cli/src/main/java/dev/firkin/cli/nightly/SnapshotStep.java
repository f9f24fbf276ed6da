package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.SnapshotListing;
import dev.firkin.btrfs.Snapshots;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.VolumeConfig;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** Makes tonight's snapshot of a volume, where the configuration wants one. */
final class SnapshotStep {
  private final ZoneId zone;
  private final boolean trial;

  /**
   * @param trial to make none
   */
  SnapshotStep(ZoneId zone, boolean trial) {
    this.zone = zone;
    this.trial = trial;
  }

  /**
   * @return its name; empty where none was wanted
   */
  Optional<String> take(VolumeConfig volume, LocalSnapshots there, Instant now)
      throws FirkinException {
    if (!isWanted(volume, there)) {
      return Optional.empty();
    }
    String name =
        volume
            .snapshotName()
            .name(
                now,
                zone,
                taken ->
                    Files.exists(
                        volume.snapshotFolder().resolve(taken), LinkOption.NOFOLLOW_LINKS));
    if (!trial) {
      SnapshotListing.Entry made =
          Snapshots.create(volume.subvolume(), volume.snapshotFolder(), name);
      return Optional.of(made.name());
    }
    return Optional.of(name);
  }

  private static boolean isWanted(VolumeConfig volume, LocalSnapshots there)
      throws FirkinException {
    return switch (volume.snapshotCreate()) {
      case NEVER -> false;
      case ALWAYS -> true;
      case ONCHANGE -> {
        Optional<LocalSnapshot> last = there.newest();
        yield last.isEmpty() || Snapshots.changedSince(volume.subvolume(), last.get().info());
      }
    };
  }
}
