package dev.firkin.transfer;

import dev.firkin.repository.Chunks;
import dev.firkin.repository.model.ChunkRef;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Fetches, decrypts, decompresses and proves chunks on several threads. */
final class ChunkFetcher implements AutoCloseable {
  private final Chunks chunks;
  private final RestoreProgress progress;
  private final ExecutorService workers;

  ChunkFetcher(Chunks chunks, int workers, RestoreProgress progress) {
    this.chunks = chunks;
    this.progress = progress;
    this.workers =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().daemon().name("firkin-fetcher-", 0).factory());
  }

  /** The chunk's proven plaintext, some time later. */
  Future<byte[]> fetch(ChunkRef ref) {
    return workers.submit(() -> {
      byte[] plaintext = chunks.read(ref);
      progress.fetched(ref.storedBytes());
      return plaintext;
    });
  }

  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
        System.getLogger(ChunkFetcher.class.getName())
            .log(System.Logger.Level.DEBUG, "a fetcher is still waiting for the store");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
