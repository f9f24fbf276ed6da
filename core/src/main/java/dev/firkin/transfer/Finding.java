package dev.firkin.transfer;

import dev.firkin.repository.model.SnapshotName;
import java.util.List;

/**
 * One object that is not as it must be.
 *
 * @param key of the object
 * @param direct the snapshots that need the object itself, as far as that is known
 * @param affected the snapshots that a restore onto an empty disk cannot give because of it: {@code
 *     direct}, and the deltas whose chain goes through one of them
 */
public record Finding(
    Kind kind, String key, String message, List<SnapshotName> direct, List<SnapshotName> affected) {
  public Finding {
    direct = List.copyOf(direct);
    affected = List.copyOf(affected);
  }

  /** What is wrong with it. */
  public enum Kind {
    /** A manifest that is damaged or forged. */
    MANIFEST,
    /**
     * A manifest that this host has seen in the store, and that is there no more: deleted, or the
     * store was rolled back.
     */
    SNAPSHOT_GONE,
    /** A page that is missing, damaged or forged. */
    PAGE,
    /** A chunk that a page names and the store does not have. */
    CHUNK_MISSING,
    /** A chunk whose object is longer or shorter than it was stored. */
    CHUNK_SIZE,
    /** A chunk whose content is not what its id says. */
    CHUNK_DAMAGED,
    /**
     * A chunk that none of the given identities opens, in a repository whose recipients have
     * changed: it may be older than they are on the list, and whole.
     */
    CHUNK_UNREADABLE,
    /** A delta whose parent is not in the repository. */
    CHAIN,
    /** A key slot without which somebody cannot open the repository. */
    KEY,
    /** A checkpoint that cannot be read. No snapshot needs it; it only costs a resume time. */
    CHECKPOINT,
    /** A record of what was dropped by will that cannot be read. No snapshot needs it. */
    RECORD
  }
}
