package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.InParallel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lists the folders of chunks one after the other, some ahead of who asks, and gives what nothing
 * names. For one thread. Memory: the garbage of some folders.
 */
final class GarbageChunks implements AutoCloseable {
  private final Chunks chunks;
  private final Named named;
  private final ExecutorService executor;
  private final Queue<Future<Folder>> ahead = new ArrayDeque<>();
  private int next;

  /** A chunk, and how long its object is. */
  record Found(ChunkId id, int bytes) {}

  /**
   * What is in one folder.
   *
   * @param chunks all that are there
   * @param garbage those that nothing names
   */
  record Folder(long chunks, List<Found> garbage) {
    Folder {
      garbage = List.copyOf(garbage);
    }
  }

  GarbageChunks(Chunks chunks, Named named) {
    this.chunks = chunks;
    this.named = named;
    this.executor =
        Executors.newFixedThreadPool(
            InParallel.THREADS, Thread.ofPlatform().daemon().name("firkin-lister-", 0).factory());
  }

  /** Empty after the last. */
  Optional<Folder> next() throws FirkinException, InterruptedException {
    while (next < Chunks.FOLDERS && ahead.size() <= InParallel.THREADS) {
      int folder = next++;
      ahead.add(executor.submit(() -> list(folder)));
    }
    Future<Folder> first = ahead.poll();
    if (first == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(first.get());
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case FirkinException firkin -> throw firkin;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException("unexpected failure", e);
      }
    }
  }

  private Folder list(int folder) throws FirkinException {
    List<Found> garbage = new ArrayList<>();
    long[] count = new long[1];
    chunks.list(
        folder,
        (id, bytes) -> {
          count[0]++;
          if (!named.contains(id)) {
            garbage.add(new Found(id, bytes));
          }
        });
    return new Folder(count[0], garbage);
  }

  /** Ends when no list is under way any more. */
  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
