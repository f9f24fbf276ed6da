package dev.firkin.transfer;

import dev.firkin.repository.model.Manifest;

/** How a push ended well. */
public sealed interface PushResult {
  /** The manifest that is in the repository now. */
  Manifest manifest();

  /** What this run did. */
  PushProgress.Counts counts();

  /** This run completed the snapshot: its manifest was written and read back. */
  record Stored(Manifest manifest, PushProgress.Counts counts) implements PushResult {}

  /** The snapshot had been completed before, by whichever host. */
  record AlreadyStored(Manifest manifest, PushProgress.Counts counts) implements PushResult {}

  /**
   * A snapshot that was to be {@linkplain Push#mending mended}.
   *
   * @param mended objects that were missing or damaged, and are right now; where data cannot be
   *     read, a chunk is known to be damaged by its length only
   * @param whole whether all that the snapshot names is there now
   */
  record Mended(Manifest manifest, PushProgress.Counts counts, long mended, boolean whole)
      implements PushResult {}
}
