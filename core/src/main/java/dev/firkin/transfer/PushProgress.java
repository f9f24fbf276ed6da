package dev.firkin.transfer;

import dev.firkin.repository.model.Added;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a push does while it runs; written by its threads, read by anyone. */
public final class PushProgress {
  private final LongAdder streamBytes = new LongAdder();
  private final LongAdder addedChunks = new LongAdder();
  private final LongAdder addedPlaintextBytes = new LongAdder();
  private final LongAdder addedStoredBytes = new LongAdder();
  private final LongAdder skippedChunks = new LongAdder();
  private final LongAdder skippedBytes = new LongAdder();
  private final LongAdder resumedChunks = new LongAdder();

  /**
   * One moment of a push.
   *
   * @param streamBytes read from the producer
   * @param added stored by this run
   * @param skippedChunks that the store had already
   * @param skippedBytes plaintext of these
   * @param resumedChunks that were skipped by the word of a checkpoint, and were not cut again
   */
  public record Counts(
      long streamBytes, Added added, long skippedChunks, long skippedBytes, long resumedChunks) {}

  public Counts counts() {
    return new Counts(
        streamBytes.sum(),
        new Added(addedChunks.sum(), addedPlaintextBytes.sum(), addedStoredBytes.sum()),
        skippedChunks.sum(),
        skippedBytes.sum(),
        resumedChunks.sum());
  }

  void read(int bytes) {
    streamBytes.add(bytes);
  }

  void added(int plaintextBytes, int storedBytes) {
    addedChunks.increment();
    addedPlaintextBytes.add(plaintextBytes);
    addedStoredBytes.add(storedBytes);
  }

  void skipped(int plaintextBytes) {
    skippedChunks.increment();
    skippedBytes.add(plaintextBytes);
  }

  /** A checkpoint tells that an earlier push has stored all this. */
  void resumed(long chunks, long plaintextBytes) {
    resumedChunks.add(chunks);
    skippedChunks.add(chunks);
    skippedBytes.add(plaintextBytes);
  }
}
