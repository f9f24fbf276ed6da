package dev.firkin.cli.config.btrbk;

import dev.firkin.cli.config.SnapshotPattern;
import java.util.List;
import java.util.Optional;

/**
 * A subvolume of btrbk, as far as it is carried over.
 *
 * @param name of the volume here
 * @param was the line that it comes from, for people
 * @param subvolume absolute
 * @param snapshotFolder absolute
 * @param snapshotName a format; empty where no snapshots are made
 * @param snapshotPattern what btrbk has made, too
 * @param snapshotCreate as it is written here
 * @param local what is kept of the snapshots
 * @param destinations where it goes
 */
record BtrbkVolume(
    String name,
    String was,
    String subvolume,
    String snapshotFolder,
    Optional<String> snapshotName,
    SnapshotPattern snapshotPattern,
    String snapshotCreate,
    Kept local,
    List<Destination> destinations) {

  /**
   * How long snapshots are kept, in the words that both programs have.
   *
   * @param min valid
   * @param preserve valid; {@code no} where {@code min} is {@code all}
   */
  record Kept(String min, String preserve) {}

  /**
   * A target of the volume.
   *
   * @param place as btrbk names it
   * @param limit for what is sent there
   */
  record Destination(String place, int line, Kept kept, Optional<String> limit) {}
}
