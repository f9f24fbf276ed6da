package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.ChunkRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Chunks on their way: in by the reader in stream order, worked on by many, out in stream order.
 *
 * <p>At most {@code 2 × workers + 2} chunks, and {@value #MAX_BYTES_IN_FLIGHT} bytes of them, are
 * between in and out, so that memory has a bound and a slow store stalls the reader, and with it
 * the pipe and the producer.
 */
final class PushPipeline implements AutoCloseable {
  /** Of plaintext; compressing and encrypting make it three times as much. */
  private static final int MAX_BYTES_IN_FLIGHT = 48 << 20;

  /** A reader that was told to end and says nothing for so long hangs in a read. */
  private static final Duration READER = Duration.ofSeconds(1);

  private final ChunkUploader uploader;
  private final ThreadPoolExecutor workers;
  private final Semaphore room;
  private final Semaphore bytes = new Semaphore(MAX_BYTES_IN_FLIGHT);
  private final BlockingQueue<Pending> inOrder;
  private final CompletableFuture<Void> enough = new CompletableFuture<>();
  private volatile boolean ending;

  /** The reader's own. */
  private long submitted;

  private sealed interface Pending {
    record OfChunk(Lane lane, int bytes, CompletableFuture<List<ChunkRef>> refs)
        implements Pending {}

    record OfMark(long streamBytes, Future<Hash256> sha256) implements Pending {}

    record End(boolean whole) implements Pending {}

    /** Nothing: whoever waits for something looks up. */
    record Wake() implements Pending {}
  }

  /** Takes references, and the marks between them, in stream order. */
  interface Commit {
    void chunk(Lane lane, ChunkRef ref) throws FirkinException;

    /** Every chunk that ends before this point of the stream was committed. */
    void mark(Mark mark) throws FirkinException;
  }

  PushPipeline(ChunkUploader uploader, int workers) {
    this.uploader = uploader;
    int inFlight = 2 * workers + 2;
    this.room = new Semaphore(inFlight);
    this.inOrder = new ArrayBlockingQueue<>(inFlight + 1);
    this.workers =
        new ThreadPoolExecutor(
            workers,
            workers,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the room there is
            Thread.ofPlatform().daemon().name("firkin-worker-", 0).factory());
  }

  /**
   * For the reader: hands in the next chunk; blocks while there is no room. Once it was cut short,
   * a chunk is let go: a reader that comes to its end tells how far it was.
   */
  void submit(Lane lane, byte[] plaintext) throws InterruptedException {
    room.acquire();
    bytes.acquire(plaintext.length);
    CompletableFuture<List<ChunkRef>> refs = new CompletableFuture<>();
    try {
      long turn = submitted++;
      workers.execute(() -> store(plaintext, turn, refs));
    } catch (RejectedExecutionException e) {
      bytes.release(plaintext.length);
      room.release();
      return;
    }
    inOrder.put(new Pending.OfChunk(lane, plaintext.length, refs));
  }

  private void store(byte[] plaintext, long turn, CompletableFuture<List<ChunkRef>> refs) {
    try {
      refs.complete(uploader.ensureStored(plaintext, turn));
    } catch (Throwable failure) { // handed to the committer, which rethrows it
      refs.completeExceptionally(failure);
    }
  }

  /**
   * For the reader: notes a point of the stream.
   *
   * @param sha256 of everything before it
   */
  void mark(long streamBytes, Future<Hash256> sha256) throws InterruptedException {
    inOrder.put(new Pending.OfMark(streamBytes, sha256));
  }

  /** For the reader: nothing follows, the stream is whole. */
  void end() throws InterruptedException {
    inOrder.put(new Pending.End(true));
  }

  /**
   * For the reader: nothing follows, and the stream is not whole; what is under way still counts.
   */
  void breakOff() throws InterruptedException {
    inOrder.put(new Pending.End(false));
  }

  /** For any thread: the reader was told to end. One that hangs is not waited for. */
  void expectEnd() {
    ending = true;
    wake();
  }

  /**
   * For any thread: chunks that are not stored by now never will be. What is under way is broken
   * off: on a slow line it would take from the checkpoint what time there is.
   */
  void cutShort() {
    enough.complete(null); // first: whoever waits for a chunk must not take this for its failure
    var _ = workers.shutdownNow();
    wake();
  }

  private void wake() {
    // Where there is no room for it, nobody waits.
    var _ = inOrder.offer(new Pending.Wake());
  }

  /**
   * For the committer: passes on everything until the end.
   *
   * @return whether that was the end of the stream, and it is whole
   */
  boolean drain(Commit commit) throws FirkinException, InterruptedException {
    while (!enough.isDone()) {
      Pending next =
          ending ? inOrder.poll(READER.toMillis(), TimeUnit.MILLISECONDS) : inOrder.take();
      switch (next) {
        case null -> {
          return false;
        }
        case Pending.Wake() -> {}
        case Pending.OfChunk chunk -> {
          Optional<List<ChunkRef>> refs = awaitUnlessEnough(chunk.refs());
          if (refs.isEmpty()) {
            return false;
          }
          for (ChunkRef ref : refs.get()) {
            commit.chunk(chunk.lane(), ref);
          }
          bytes.release(chunk.bytes());
          room.release();
        }
        case Pending.OfMark mark -> commit.mark(new Mark(mark.streamBytes(), await(mark.sha256())));
        case Pending.End end -> {
          // Whoever was cut short may have let go of a chunk before the end.
          return end.whole() && !enough.isDone();
        }
      }
    }
    return false;
  }

  private <T> Optional<T> awaitUnlessEnough(CompletableFuture<T> future)
      throws FirkinException, InterruptedException {
    try {
      if (!future.isDone()) {
        var _ = CompletableFuture.anyOf(future.handle((_, _) -> true), enough).get();
      }
      boolean stored = future.isDone() && !future.isCompletedExceptionally();
      return enough.isDone() && !stored ? Optional.empty() : Optional.of(future.get());
    } catch (ExecutionException e) {
      throw Failures.rethrow(e);
    }
  }

  private static <T> T await(Future<T> future) throws FirkinException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw Failures.rethrow(e);
    }
  }

  /** Ends the workers; waits for what they are in the middle of, within reason. */
  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
        System.getLogger(PushPipeline.class.getName())
            .log(System.Logger.Level.DEBUG, "a worker is still waiting for the store");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
