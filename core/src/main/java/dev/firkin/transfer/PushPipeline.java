package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.ChunkRef;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
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

  private final ChunkUploader uploader;
  private final ExecutorService workers;
  private final Semaphore room;
  private final Semaphore bytes = new Semaphore(MAX_BYTES_IN_FLIGHT);
  private final BlockingQueue<Pending> inOrder;

  private sealed interface Pending {
    record OfChunk(Lane lane, int bytes, Future<List<ChunkRef>> refs) implements Pending {}

    record OfMark(long streamBytes, Future<Hash256> sha256) implements Pending {}

    record End(boolean whole) implements Pending {}
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
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().daemon().name("firkin-worker-", 0).factory());
  }

  /** For the reader: hands in the next chunk; blocks while there is no room. */
  void submit(Lane lane, byte[] plaintext) throws InterruptedException {
    room.acquire();
    bytes.acquire(plaintext.length);
    Callable<List<ChunkRef>> work = () -> uploader.ensureStored(plaintext);
    inOrder.put(new Pending.OfChunk(lane, plaintext.length, workers.submit(work)));
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

  /**
   * For the committer: passes on everything until the end.
   *
   * @return whether the stream is whole
   */
  boolean drain(Commit commit) throws FirkinException, InterruptedException {
    while (true) {
      switch (inOrder.take()) {
        case Pending.OfChunk chunk -> {
          for (ChunkRef ref : await(chunk.refs())) {
            commit.chunk(chunk.lane(), ref);
          }
          bytes.release(chunk.bytes());
          room.release();
        }
        case Pending.OfMark mark -> commit.mark(new Mark(mark.streamBytes(), await(mark.sha256())));
        case Pending.End end -> {
          return end.whole();
        }
      }
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
