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
}
