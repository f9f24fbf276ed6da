package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.Line;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Stores one stream as a snapshot. What the store has of it is skipped, each byte of it compared by
 * hash: chunk by chunk, after the stream was cut again; or, up to the checkpoint of an earlier push
 * of the same snapshot, as a whole.
 *
 * <p>One instance, one run. Three kinds of threads: the reader, which may hang in a read of
 * standard input for ever and is therefore never waited for; the workers; the committer.
 */
public final class Push {
  private final Repository repository;
  private final Snapshots snapshots;
  private final Lease lease;
  private final int workers;
  private final PushProgress progress;
  private final Line line;
  private final boolean mends;
  private final CompletableFuture<Void> stop = new CompletableFuture<>();

  /**
   * @param lease a shared one, taken before anything was decided by what the repository holds
   * @param workers how many chunks are compressed or under way to the store at once
   */
  public Push(
      Repository repository, Snapshots snapshots, Lease lease, int workers, PushProgress progress) {
    this(repository, snapshots, lease, workers, progress, Line.wide());
  }

  /**
   * As the other constructor.
   *
   * @param line to the repository's store: where it drops again and again, chunks go in pieces
   */
  public Push(
      Repository repository,
      Snapshots snapshots,
      Lease lease,
      int workers,
      PushProgress progress,
      Line line) {
    this(repository, snapshots, lease, workers, progress, line, false);
  }

  private Push(
      Repository repository,
      Snapshots snapshots,
      Lease lease,
      int workers,
      PushProgress progress,
      Line line,
      boolean mends) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.lease = lease;
    this.workers = workers;
    this.progress = progress;
    this.line = line;
    this.mends = mends;
  }

  /**
   * One that puts a stored snapshot right from its source: what is missing or damaged of it is
   * stored again, its chunks, pages and manifest. It reads from zero, and ends with a {@link
   * PushResult.Mended}.
   *
   * @param snapshots without a cache: the store is not believed
   */
  public static Push mending(
      Repository repository, Snapshots snapshots, Lease lease, int workers, PushProgress progress) {
    return new Push(repository, snapshots, lease, workers, progress, Line.wide(), true);
  }

  /** Where a push begins to cut its stream. */
  public enum Start {
    /** At its beginning. */
    FROM_ZERO,

    /**
     * Where the newest checkpoint of the same snapshot says, if there is one. For a stream that can
     * be made again: see {@link StreamChangedException}.
     */
    FROM_CHECKPOINT
  }

  /**
   * Runs to the end. The producer is closed in any case, before the return.
   *
   * @param start {@link Start#FROM_CHECKPOINT} takes a request that says what it expects
   * @throws SweptException if the lease was lost, and something with it; the same holds
   * @throws StreamChangedException if what an earlier push stored is of another stream
   * @throws dev.firkin.sendstream.MalformedStreamException if the stream is cut off or corrupt; no
   *     manifest was written, and the stored chunks stay for the resume
   * @throws dev.firkin.store.StoreException if the store failed for good; the same holds
   * @throws PushStoppedException if it was {@linkplain #stop stopped}; the same holds
   * @throws InterruptedException if this thread was interrupted; the same holds. What is under way
   *     to the store then has a few seconds to get there
   */
  public PushResult run(PushRequest request, Producer producer, Start start)
      throws FirkinException, InterruptedException {
    Instant startedAt = Instant.now();
    try (producer;
        ChunkPresence presence = presence();
        Mending mending = new Mending(repository, snapshots, presence, progress);
        PushPipeline pipeline = new PushPipeline(uploader(mending, presence), workers)) {
      if (mends) {
        expectWhatIsStored(request, mending);
      }
      Resumption from =
          switch (start) {
            case FROM_ZERO -> Resumption.fromZero(mends ? mending.pages() : repository.pages());
            case FROM_CHECKPOINT -> resumption(request, presence);
          };
      progress.resumed(from.chunks(), from.bytes());
      StreamIntake intake =
          new StreamIntake(repository, pipeline, progress, request, from.prefix(), stop::isDone);
      PushCommitter committer = new PushCommitter(repository, snapshots, request, intake, from);
      CompletableFuture<StreamIntake.Taken> taken = new CompletableFuture<>();
      CompletableFuture<Optional<PushCommitter.Runs>> runs = new CompletableFuture<>();
      // Where the committer fails, the reader waits for room that nobody makes any more.
      var _ =
          runs.whenComplete((r, failure) -> {
            if (failure != null) {
              taken.completeExceptionally(failure);
            }
          });
      Thread reader = start("firkin-reader", taken, () -> intake.take(producer));
      Thread writer = start("firkin-committer", runs, () -> committer.commitAll(pipeline));
      Grace grace = new Grace(pipeline::cutShort);
      var _ = stop.thenRun(pipeline::expectEnd);
      try {
        var _ = CompletableFuture.anyOf(taken, stop).get();
        var _ = CompletableFuture.anyOf(runs, stop).get();
        if (stop.isDone()) {
          // The reader may be waiting for it, and knows that an end from here on is none.
          producer.close();
          grace.await(runs, Grace.STOPPED);
          if (!runs.isDone() || !taken.isDone()) {
            throw new PushStoppedException(request.name().toString());
          }
        }
        // Whoever ends first, the other is at its end too, or has failed.
        StreamIntake.Taken stream = taken.get();
        PushCommitter.Runs written =
            runs.get().orElseThrow(() -> new PushStoppedException(request.name().toString()));
        ManifestCommit last =
            new ManifestCommit(repository, snapshots, lease, request, progress, startedAt);
        PushResult result =
            mends ? last.mended(mending, stream, written) : last.stored(stream, written);
        removeCheckpoints(PushCommitter.uploadId(snapshots, request, stream.first()));
        return result;
      } catch (InterruptedException e) {
        stop.complete(null);
        grace.await(runs, Grace.INTERRUPTED);
        throw e;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof StreamChangedException) {
          // Otherwise the next run would be led astray by it too.
          from.checkpoint().ifPresent(repository.uploads()::discard);
        } else {
          grace.await(runs, Grace.STOPPED);
        }
        throw Failures.rethrow(e);
      } finally {
        reader.interrupt();
        writer.interrupt();
      }
    }
  }

  /**
   * Ends the reading, from any thread. What is under way is stored, and a checkpoint; then {@link
   * #run} ends with a {@link PushStoppedException}, or well, if the end was reached before.
   */
  public void stop() {
    stop.complete(null);
  }

  /** Who mends looks for all that is stored of a snapshot. */
  private ChunkPresence presence() {
    return mends
        ? new ChunkPresence(repository.chunks())
        : ChunkPresence.ofFew(repository.chunks());
  }

  private Resumption resumption(PushRequest request, ChunkPresence presence)
      throws FirkinException, InterruptedException {
    PushRequest.Expected expected = request.expected().orElseThrow();
    SnapshotId upload = PushCommitter.uploadId(snapshots, expected.uuid(), expected.parent());
    return Resumption.find(repository, presence, upload, request.sendOptions(), workers);
  }

  private ChunkUploader uploader(Mending mending, ChunkPresence presence) {
    Chunks chunks = repository.chunks();
    return new ChunkUploader(
        chunks,
        mends
            ? (id, plaintext, _) -> mending.ensureStored(id, plaintext)
            : ChunkUploader.whatIsAbsent(chunks, presence, progress, line),
        progress,
        line);
  }

  /**
   * All that is stored of the snapshot or under its name, in whatever form: it is of the same
   * chunks mostly.
   */
  private void expectWhatIsStored(PushRequest request, Mending mending) throws FirkinException {
    Optional<SubvolumeUuid> uuid = request.expected().map(PushRequest.Expected::uuid);
    for (Manifest manifest : snapshots.load().manifests()) {
      boolean same =
          manifest.stream().subvolumes().stream().anyMatch(s -> uuid.equals(Optional.of(s.uuid())));
      if (same || manifest.name().equals(request.name())) {
        mending.expect(manifest);
      }
    }
  }

  /** The snapshot is stored and was read back: what cannot be cleaned up is no reason to fail. */
  private void removeCheckpoints(SnapshotId upload) throws FirkinException {
    try {
      repository.uploads().finish(upload);
    } catch (StoreException e) {
      System.getLogger(Push.class.getName())
          .log(System.Logger.Level.DEBUG, "the checkpoints of " + upload + " stay", e);
    }
  }

  private static <T> Thread start(String name, CompletableFuture<T> result, Work<T> work) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            result.complete(work.run());
          } catch (Throwable failure) { // handed to the thread that waits, which rethrows it
            result.completeExceptionally(failure);
          }
        });
  }

  private interface Work<T> {
    T run() throws Exception;
  }
}
