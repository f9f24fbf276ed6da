package dev.firkin.transfer;

import dev.firkin.repository.model.SnapshotName;
import java.util.List;

/**
 * One object that is not as it must be.
 *
 * @param key of the object
 * @param affected the snapshots that cannot be restored without it, directly; deltas on them cannot
 *     either
 */
public record Finding(Kind kind, String key, String message, List<SnapshotName> affected) {
  public Finding {
    affected = List.copyOf(affected);
  }

  /** What is wrong with it. */
  public enum Kind {
    /** A manifest that is missing, damaged or forged. */
    MANIFEST,
    /** A page that is missing, damaged or forged. */
    PAGE,
    /** A chunk that a page names and the store does not have. */
    CHUNK_MISSING,
    /** A chunk whose object is longer or shorter than it was stored. */
    CHUNK_SIZE,
    /** A chunk whose content is not what its id says. */
    CHUNK_DAMAGED,
    /** A delta whose parent is not in the repository. */
    CHAIN
  }
}
