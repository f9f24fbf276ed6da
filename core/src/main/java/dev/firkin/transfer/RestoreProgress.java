package dev.firkin.transfer;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a restore or a verify does while it runs; written by its threads, read by anyone. */
public final class RestoreProgress {
  private final LongAdder streamBytes = new LongAdder();
  private final LongAdder fetchedChunks = new LongAdder();
  private final LongAdder fetchedBytes = new LongAdder();

  /** Bytes of streams, handed on in order. */
  public long streamBytes() {
    return streamBytes.sum();
  }

  public long fetchedChunks() {
    return fetchedChunks.sum();
  }

  /** Stored bytes of the chunks that were fetched. */
  public long fetchedBytes() {
    return fetchedBytes.sum();
  }

  void wrote(long bytes) {
    streamBytes.add(bytes);
  }

  void fetched(int storedBytes) {
    fetchedChunks.increment();
    fetchedBytes.add(storedBytes);
  }
}
