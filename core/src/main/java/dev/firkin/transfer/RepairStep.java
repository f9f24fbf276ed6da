package dev.firkin.transfer;

import dev.firkin.repository.Trash;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import java.util.List;
import java.util.Optional;

/** One thing that a repair does about a finding, or leaves to somebody else. */
public sealed interface RepairStep {
  /** The object it is about. */
  String key();

  /** The snapshots it is about. */
  List<SnapshotName> snapshots();

  /** Moves a damaged object into the trash, so that the next push stores it again. */
  record Discard(Finding finding) implements RepairStep {
    @Override
    public String key() {
      return finding.key();
    }

    @Override
    public List<SnapshotName> snapshots() {
      return finding.affected();
    }
  }

  /** Wraps the repository's secret for a recipient again. */
  record RewriteKey(String key) implements RepairStep {
    @Override
    public List<SnapshotName> snapshots() {
      return List.of();
    }
  }

  /**
   * Writes a manifest again whose pages and chunks are all there.
   *
   * @param from where it lies in the trash; empty where this host has a copy
   * @param otherLengths whether it is to be written with the lengths that its chunks have now
   */
  record PutBack(Manifest manifest, String key, Optional<Trash.Thrown> from, boolean otherLengths)
      implements RepairStep {
    @Override
    public List<SnapshotName> snapshots() {
      return List.of(manifest.name());
    }
  }

  /**
   * Moves the manifest of what cannot be restored into the trash.
   *
   * @param snapshots its name, if that can be known
   */
  record Quarantine(String key, List<SnapshotName> snapshots) implements RepairStep {
    public Quarantine {
      snapshots = List.copyOf(snapshots);
    }
  }

  /**
   * Leaves a snapshot in the trash.
   *
   * @param byWill whether it was dropped by will: then it lacks nothing
   * @param why for people
   */
  record Stay(Manifest manifest, String key, boolean byWill, String why) implements RepairStep {
    @Override
    public List<SnapshotName> snapshots() {
      return List.of(manifest.name());
    }
  }

  /** Puts on record that a snapshot, which this host has seen in the store, is gone for good. */
  record GiveUp(Manifest manifest, String key) implements RepairStep {
    @Override
    public List<SnapshotName> snapshots() {
      return List.of(manifest.name());
    }
  }

  /** Nothing can be done here and now. */
  record Leave(Finding finding) implements RepairStep {
    @Override
    public String key() {
      return finding.key();
    }

    @Override
    public List<SnapshotName> snapshots() {
      return finding.affected();
    }
  }

  /** What came of a step. */
  sealed interface Outcome {
    /** It lies in the trash now. */
    record Moved(String to) implements Outcome {}

    /** It was written, and read back. */
    record Written() implements Outcome {}

    /** At a second look it is sound: nothing was done. */
    record SoundNow() implements Outcome {}

    /** It is gone, or somebody has put something else there: nothing was done. */
    record Changed() implements Outcome {}

    /** It is for nobody any more: nothing was done. */
    record NotNeeded(String why) implements Outcome {}

    /** It stays as it is. */
    record Left(String why) implements Outcome {}
  }
}
