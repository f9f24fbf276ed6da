package dev.firkin.transfer;

import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be stored under which name.
 *
 * @param expected what the stream must turn out to be; empty where that is not known before
 * @param path of the snapshot on this host
 * @param takenAt when it was taken, by its file system
 * @param sendOptions of {@code btrfs send}
 * @param tool our name and version
 */
public record PushRequest(
    SnapshotName name,
    Optional<Expected> expected,
    String host,
    Optional<String> path,
    Optional<Instant> takenAt,
    List<String> sendOptions,
    String tool) {
  public PushRequest {
    sendOptions = List.copyOf(sendOptions);
  }

  /**
   * The subvolume that was asked for, and the parent that its delta is to be based on.
   *
   * @param unchanged whether nothing speaks against both being what is stored under their uuids;
   *     who mends puts no manifest of this stream in the place of another where it does
   */
  public record Expected(SubvolumeUuid uuid, Optional<SubvolumeUuid> parent, boolean unchanged) {
    public Expected(SubvolumeUuid uuid, Optional<SubvolumeUuid> parent) {
      this(uuid, parent, true);
    }
  }
}
