package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The committer's part of a push: references in stream order, into pages and checkpoints. */
final class PushCommitter {
  private final Repository repository;
  private final Snapshots snapshots;
  private final PushRequest request;
  private final StreamIntake intake;
  private final RunWriter commands;
  private final RunWriter data;
  private final Optional<Uploads.Found> adopted;
  private List<Mark> marks;
  private Optional<Uploads.Run> checkpoints = Optional.empty();
  private boolean moreThanMarked;

  PushCommitter(
      Repository repository,
      Snapshots snapshots,
      PushRequest request,
      StreamIntake intake,
      Resumption from) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.request = request;
    this.intake = intake;
    this.commands = from.commands();
    this.data = from.data();
    this.adopted = from.checkpoint();
    this.marks = from.marks();
  }

  /** Both halves of the stream, written down. */
  record Runs(ChunkRun commands, ChunkRun data) {}

  /** Empty where the stream broke off, or was cut short: a checkpoint tells how far it came. */
  Optional<Runs> commitAll(PushPipeline pipeline) throws FirkinException, InterruptedException {
    boolean whole =
        pipeline.drain(
            new PushPipeline.Commit() {
              @Override
              public void chunk(Lane lane, ChunkRef ref) throws FirkinException {
                switch (lane) {
                  case COMMANDS -> commands.add(ref);
                  case DATA -> data.add(ref);
                }
                moreThanMarked = true;
              }

              @Override
              public void mark(Mark mark) throws FirkinException {
                checkpoint(mark);
              }
            });
    if (whole) {
      return Optional.of(new Runs(commands.finish(), data.finish()));
    }
    if (moreThanMarked) {
      lastCheckpoint();
    }
    return Optional.empty();
  }

  /** The reader is further: what of that is not stored will be cut again. */
  private void lastCheckpoint() throws FirkinException, InterruptedException {
    if (request.expected().isPresent() && intake.first().isEmpty()) {
      return; // under which name it would be found is not known yet
    }
    Optional<Mark> mark = intake.markNow();
    long marked = marks.isEmpty() ? 0 : marks.getLast().streamBytes();
    if (mark.isPresent() && mark.get().streamBytes() > marked) {
      checkpoint(mark.get());
    }
  }

  private void checkpoint(Mark mark) throws FirkinException {
    // An earlier run may have been told to end at the same place, with less behind it.
    if (marks.isEmpty() || mark.streamBytes() > marks.getLast().streamBytes()) {
      marks = Mark.append(marks, mark);
    }
    moreThanMarked = false;
    SnapshotId upload = uploadId(snapshots, request, intake.first());
    if (checkpoints.isEmpty()) {
      checkpoints = Optional.of(repository.uploads().begin(upload, adopted));
    }
    checkpoints
        .get()
        .write(
            new Checkpoint(
                repository.config().id(),
                upload,
                request.name(),
                request.host(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                request.sendOptions(),
                marks,
                commands.soFar(),
                data.soFar()));
  }

  /** Names an upload by what is known from its first command on. */
  static SnapshotId uploadId(
      Snapshots snapshots, PushRequest request, Optional<StreamInfo.Subvolume> first) {
    return first.isPresent()
        ? uploadId(snapshots, first.get().uuid(), first.get().parent().map(StreamInfo.Parent::uuid))
        : snapshots.id(new SnapshotIdentity.Opaque(request.name()));
  }

  /** Names the upload of one subvolume. */
  static SnapshotId uploadId(
      Snapshots snapshots, SubvolumeUuid subvolume, Optional<SubvolumeUuid> parent) {
    return snapshots.id(SnapshotIdentity.of(1, subvolume, parent));
  }
}
