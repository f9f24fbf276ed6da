package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.FastCdcChunker;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.Repository;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.sendstream.SplitSink;
import dev.firkin.sendstream.StreamSplitter;
import dev.firkin.sendstream.StreamSummary;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/** The reader's part of a push: reads, checks, splits and cuts the stream. */
final class StreamIntake {
  /** So much of a stream is cut again where a push was killed; a checkpoint is one PUT more. */
  private static final int CHUNKS_BETWEEN_MARKS = 128;

  /** A sign of life for others, and a figure for people, where the line is slow. */
  private static final Duration TIME_BETWEEN_MARKS = Duration.ofMinutes(10);

  private final PushPipeline pipeline;
  private final PushProgress progress;
  private final PushRequest request;
  private final StoredPrefix prefix;
  private final BooleanSupplier stopped;
  private final FastCdcChunker commands;
  private final FastCdcChunker data;
  private int chunksSinceMark;
  private long lastMarkNanos = System.nanoTime();
  private volatile Optional<StreamInfo.Subvolume> first = Optional.empty();
  private volatile Optional<HashedStream> underWay = Optional.empty();
  private volatile Optional<Mark> last = Optional.empty();

  /**
   * @param prefix what is stored of the stream
   * @param stopped whether to read no more
   */
  StreamIntake(
      Repository repository,
      PushPipeline pipeline,
      PushProgress progress,
      PushRequest request,
      StoredPrefix prefix,
      BooleanSupplier stopped) {
    this.prefix = prefix;
    this.stopped = stopped;
    this.pipeline = pipeline;
    this.progress = progress;
    this.request = request;
    this.commands = repository.newChunker();
    this.data = repository.newChunker();
  }

  /** A stream that was read to its good end. */
  record Taken(StreamInfo info) {
    Optional<StreamInfo.Subvolume> first() {
      return info.subvolumes().stream().findFirst();
    }
  }

  /** The first subvolume, once it was seen; for any thread. */
  Optional<StreamInfo.Subvolume> first() {
    return first;
  }

  /**
   * A mark behind every chunk that was handed in when this was called, wherever the reader is in
   * the stream, or hangs; for any thread. One before the last mark of what an earlier push has
   * stored proves nothing.
   */
  Optional<Mark> markNow() throws InterruptedException {
    Optional<HashedStream> stream = underWay;
    if (last.isPresent() || stream.isEmpty()) {
      return last;
    }
    try {
      return HashedStream.await(stream.get().markSoFar());
    } catch (RejectedExecutionException e) {
      return last; // the reader has just come to its end
    }
  }

  /**
   * Reads to the end. Where that does not come, the pipeline is told, so that what is under way is
   * stored and not for nothing.
   *
   * @throws PushStoppedException if it was stopped
   */
  Taken take(Producer producer) throws FirkinException, InterruptedException {
    boolean whole = false;
    try (HashedStream stream = new HashedStream(producer.stream())) {
      underWay = Optional.of(stream);
      Taken taken = take(producer, stream);
      pipeline.end();
      whole = true;
      return taken;
    } finally {
      if (!whole) {
        pipeline.breakOff();
      }
    }
  }

  private Taken take(Producer producer, HashedStream stream)
      throws FirkinException, InterruptedException {
    StreamSummary summary;
    try {
      summary = readAll(stream);
    } catch (MalformedStreamException malformed) {
      if (malformed.truncated()) {
        lastMark(stream);
      }
      throw truerThan(malformed, producer);
    }
    producer.finish();
    if (summary instanceof StreamSummary.EmptyStream) {
      throw new PushException(
          "the stream is empty; nothing was stored",
          "did the command that should write it fail?",
          null);
    }
    commands.finish(chunk -> submit(Lane.COMMANDS, chunk));
    data.finish(chunk -> submit(Lane.DATA, chunk));
    Hash256 sha256 = HashedStream.await(stream.hashSoFar());
    last = Optional.of(new Mark(stream.position(), sha256));
    StreamInfo info = new StreamInfo(kind(summary), summary.totalBytes(), sha256);
    if (request.expected().isPresent() && info.subvolumes().size() != 1) {
      throw new PushException(
          "btrfs send wrote " + info.subvolumes().size() + " subvolumes where one was asked for",
          null,
          null);
    }
    return new Taken(info);
  }

  private StreamSummary readAll(HashedStream stream) throws FirkinException, InterruptedException {
    StreamSplitter splitter =
        new StreamSplitter(
            new SplitSink() {
              @Override
              public void commands(byte[] b, int off, int len)
                  throws FirkinException, InterruptedException {
                cut(Lane.COMMANDS, commands, b, off, len);
              }

              @Override
              public void data(byte[] b, int off, int len)
                  throws FirkinException, InterruptedException {
                cut(Lane.DATA, data, b, off, len);
              }
            },
            prefix.checkedBytes());
    for (int n = read(stream); n > 0; n = read(stream)) {
      splitter.write(stream.buffer(), 0, n);
      progress.read(n);
      if (first.isEmpty() && splitter.firstSubvolume().isPresent()) {
        StreamInfo.Subvolume subvolume = subvolume(splitter.firstSubvolume().get());
        checkExpected(subvolume);
        first = Optional.of(subvolume);
      }
      endIfStopped(stream);
      if (prefix.isProven()) {
        markIfDue(stream);
      } else if (prefix.marksAt(stream.position())
          && !prefix.pass(HashedStream.await(stream.hashSoFar()))) {
        throw new StreamChangedException(request.name().toString());
      }
    }
    // A producer that was told to stop may end its stream as if it were whole, and exit with 0.
    endIfStopped(stream);
    StreamSummary summary = splitter.finish();
    // Of an empty stream the producer is asked why.
    if (!prefix.isProven() && !(summary instanceof StreamSummary.EmptyStream)) {
      throw new StreamChangedException(request.name().toString());
    }
    if (request.expected().isPresent()
        && !(summary instanceof StreamSummary.EmptyStream)
        && first.isEmpty()) {
      throw new PushException("btrfs send wrote something that is no send stream", null, null);
    }
    return summary;
  }

  private void cut(Lane lane, FastCdcChunker chunker, byte[] b, int off, int len)
      throws FirkinException, InterruptedException {
    int stored = prefix.passOver(lane, len);
    if (stored < len) {
      chunker.write(b, off + stored, len - stored, chunk -> submit(lane, chunk));
    }
  }

  private void submit(Lane lane, byte[] chunk) throws InterruptedException {
    pipeline.submit(lane, chunk);
    chunksSinceMark++;
  }

  private void markIfDue(HashedStream stream) throws InterruptedException {
    long now = System.nanoTime();
    if (chunksSinceMark >= CHUNKS_BETWEEN_MARKS
        || (chunksSinceMark > 0 && now - lastMarkNanos > TIME_BETWEEN_MARKS.toNanos())) {
      pipeline.mark(stream.position(), stream.hashSoFar());
      chunksSinceMark = 0;
      lastMarkNanos = now;
    }
  }

  private void endIfStopped(HashedStream stream) throws PushStoppedException, InterruptedException {
    if (stopped.getAsBoolean()) {
      lastMark(stream);
      throw new PushStoppedException(request.name().toString());
    }
  }

  /** What was read until now is a good beginning, though nothing follows. */
  private void lastMark(HashedStream stream) throws InterruptedException {
    if (prefix.isProven() && stream.position() > 0) {
      // Whole here, and with it every hash before it: the hasher ends with this thread.
      Hash256 sha256 = HashedStream.await(stream.hashSoFar());
      last = Optional.of(new Mark(stream.position(), sha256));
      if (chunksSinceMark > 0) {
        pipeline.mark(stream.position(), CompletableFuture.completedFuture(sha256));
        chunksSinceMark = 0;
      }
    }
  }

  private int read(HashedStream stream) throws FirkinException, InterruptedException {
    try {
      return stream.read(prefix.mostAt(stream.position()));
    } catch (IOException e) {
      endIfStopped(stream);
      lastMark(stream);
      throw new PushException(
          "the stream broke off: " + e.getMessage() + "; no snapshot was stored",
          "run the same command again: what is stored is not sent again",
          e);
    }
  }

  /** A cut-off stream is the symptom; what the producer says of itself is the cause. */
  private static FirkinException truerThan(MalformedStreamException malformed, Producer producer)
      throws InterruptedException {
    if (!malformed.truncated()) {
      return malformed;
    }
    try {
      producer.finish();
      return malformed;
    } catch (FirkinException cause) {
      cause.addSuppressed(malformed);
      return cause;
    }
  }

  private void checkExpected(StreamInfo.Subvolume subvolume) throws PushException {
    if (request.expected().isEmpty()) {
      return;
    }
    PushRequest.Expected expected = request.expected().get();
    Optional<SubvolumeUuid> parent = subvolume.parent().map(StreamInfo.Parent::uuid);
    if (!subvolume.uuid().equals(expected.uuid()) || !parent.equals(expected.parent())) {
      throw new PushException(
          "btrfs send sent the snapshot "
              + subvolume.uuid()
              + " (parent "
              + parent.map(SubvolumeUuid::toString).orElse("none")
              + ") where "
              + expected.uuid()
              + " (parent "
              + expected.parent().map(SubvolumeUuid::toString).orElse("none")
              + ") was asked for; nothing was stored under its name",
          "was the snapshot replaced while the push began? Run it again",
          null);
    }
  }

  private static StreamInfo.Kind kind(StreamSummary summary) {
    return switch (summary) {
      case StreamSummary.BtrfsStream btrfs ->
          new StreamInfo.Kind.Btrfs(
              btrfs.version(), btrfs.subvolumes().stream().map(StreamIntake::subvolume).toList());
      case StreamSummary.OpaqueStream opaque -> new StreamInfo.Kind.Opaque();
      case StreamSummary.EmptyStream empty ->
          throw new IllegalStateException("an empty stream was refused before");
    };
  }

  private static StreamInfo.Subvolume subvolume(SubvolumeHeader header) {
    return new StreamInfo.Subvolume(
        header.path().toString(),
        header.uuid(),
        header.ctransid(),
        header.parent().map(p -> new StreamInfo.Parent(p.uuid(), p.ctransid())));
  }
}
