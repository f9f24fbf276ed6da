package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The last part of a push: the manifest of what was stored. */
record ManifestCommit(
    Repository repository,
    Snapshots snapshots,
    Lease lease,
    PushRequest request,
    PushProgress progress,
    Instant startedAt) {

  /** All of it is in the store: this makes it a snapshot. */
  PushResult stored(StreamIntake.Taken stream, PushCommitter.Runs runs)
      throws FirkinException, InterruptedException {
    Manifest manifest = manifest(stream, runs);
    PushProgress.Counts counts = progress.counts();
    return switch (new GuardedCommit(repository, snapshots, lease).commit(manifest)) {
      case Snapshots.Commit.Committed committed ->
          new PushResult.Stored(committed.manifest(), counts);
      case Snapshots.Commit.AlreadyThere there -> {
        refuseAnotherContent(request.name(), manifest, there.manifest());
        yield new PushResult.AlreadyStored(there.manifest(), counts);
      }
    };
  }

  /** What is stored of the snapshot is made whole, as far as that can be done. */
  PushResult mended(Mending mending, StreamIntake.Taken stream, PushCommitter.Runs runs)
      throws FirkinException, InterruptedException {
    Manifest manifest = manifest(stream, runs);
    if (!lease.renewed()) {
      throw new SweptException(manifest.name()); // what it has looked at may be gone
    }
    Mending.Mended mended =
        mending.commit(
            manifest, request.expected().map(PushRequest.Expected::unchanged).orElse(true));
    // We may have slept between the question and the answer.
    return new PushResult.Mended(
        mended.manifest(),
        progress.counts(),
        mending.mended(),
        mended.whole() && lease.stillHeld());
  }

  private Manifest manifest(StreamIntake.Taken stream, PushCommitter.Runs runs) {
    SnapshotIdentity identity = SnapshotIdentity.of(request.name(), stream.info().kind());
    SnapshotId id = snapshots.id(identity);
    ChunkRun commands = runs.commands();
    ChunkRun data = runs.data();
    PushProgress.Counts counts = progress.counts();
    return new Manifest(
        repository.config().id(),
        id,
        request.name(),
        stream.info(),
        commands,
        data,
        new Source(
            request.host(),
            request.path(),
            request.takenAt(),
            startedAt.truncatedTo(ChronoUnit.MILLIS),
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            request.sendOptions(),
            request.tool()),
        counts.added());
  }

  /**
   * A btrfs snapshot is one thing, whatever bytes the kernel sends it as today; an opaque stream is
   * nothing but its bytes.
   */
  static void refuseAnotherContent(SnapshotName name, Manifest ours, Manifest there)
      throws PushException {
    if (ours.identity() instanceof SnapshotIdentity.Opaque
        && !ours.stream().sha256().equals(there.stream().sha256())) {
      throw new PushException(
          name
              + " exists with other content; it was not replaced, and this stream is not"
              + " stored",
          "push it under another name, for example with the date in it; its chunks are stored"
              + " already",
          null);
    }
  }
}
