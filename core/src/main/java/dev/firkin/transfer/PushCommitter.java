package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.StreamInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The committer's part of a push: references in stream order, into pages and checkpoints. */
final class PushCommitter {
  /** A sign of life for others, and a figure for people, where pages fill slowly. */
  private static final Duration HEARTBEAT = Duration.ofMinutes(10);

  private final Repository repository;
  private final Snapshots snapshots;
  private final PushRequest request;
  private final StreamIntake intake;
  private final RunWriter commands;
  private final RunWriter data;
  private Optional<Uploads.Run> checkpoints = Optional.empty();
  private long lastCheckpointNanos = System.nanoTime();

  PushCommitter(
      Repository repository, Snapshots snapshots, PushRequest request, StreamIntake intake) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.request = request;
    this.intake = intake;
    this.commands = new RunWriter(repository.pages());
    this.data = new RunWriter(repository.pages());
  }

  /** Both halves of the stream, written down. */
  record Runs(ChunkRun commands, ChunkRun data) {}

  Runs commitAll(PushPipeline pipeline) throws FirkinException, InterruptedException {
    pipeline.drain(this::add);
    return new Runs(commands.finish(), data.finish());
  }

  private void add(Lane lane, ChunkRef ref) throws FirkinException {
    boolean pageStored =
        switch (lane) {
          case COMMANDS -> commands.add(ref);
          case DATA -> data.add(ref);
        };
    if (pageStored || System.nanoTime() - lastCheckpointNanos > HEARTBEAT.toNanos()) {
      checkpoint();
    }
  }

  private void checkpoint() throws FirkinException {
    SnapshotId upload = uploadId(snapshots, request, intake.first());
    if (checkpoints.isEmpty()) {
      checkpoints = Optional.of(repository.uploads().begin(upload));
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
                commands.bytes() + data.bytes(),
                commands.newPages(),
                data.newPages()));
    lastCheckpointNanos = System.nanoTime();
  }

  /** Names an upload by what is known from its first command on. */
  static SnapshotId uploadId(
      Snapshots snapshots, PushRequest request, Optional<StreamInfo.Subvolume> first) {
    SnapshotIdentity identity =
        first.isPresent()
            ? SnapshotIdentity.of(
                1, first.get().uuid(), first.get().parent().map(StreamInfo.Parent::uuid))
            : new SnapshotIdentity.Opaque(request.name());
    return snapshots.id(identity);
  }
}
