package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreInterruptedException;
import java.util.Collection;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does the same with many things, a few at a time: a store answers many as soon as one. */
public final class InParallel {
  /** At once, each with what it holds in memory. */
  public static final int THREADS = 4;

  private InParallel() {}

  /** What is done with one of them, on any thread. */
  @FunctionalInterface
  public interface Work<T> {
    void on(T each) throws FirkinException;
  }

  /**
   * On return it was done with all of them; after a failure with some. In either case no thread is
   * at it any more.
   *
   * @param store that the work asks, for messages
   * @throws StoreInterruptedException if this thread was interrupted; its flag is set
   */
  public static <T> void each(ObjectStore store, Collection<T> all, Work<T> work)
      throws FirkinException {
    if (all.size() < 2) {
      for (T each : all) {
        work.on(each);
      }
      return;
    }
    Rest<T> rest = new Rest<>(all.iterator());
    CompletableFuture<Void> failed = new CompletableFuture<>();
    int threads = Math.min(THREADS, all.size());
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("firkin-parallel-", 0).factory())) {
      CompletableFuture<?>[] workers = new CompletableFuture<?>[threads];
      for (int i = 0; i < threads; i++) {
        workers[i] = CompletableFuture.runAsync(() -> run(rest, work, failed), executor);
      }
      await(store, CompletableFuture.allOf(workers), failed, executor);
    }
    rethrow(failed);
  }

  private static <T> void run(Rest<T> rest, Work<T> work, CompletableFuture<Void> failed) {
    try {
      for (Optional<T> next = rest.next(); next.isPresent(); next = rest.next()) {
        work.on(next.get());
      }
    } catch (Throwable failure) { // handed to the caller, who rethrows it
      rest.drop();
      failed.completeExceptionally(failure);
    }
  }

  /**
   * Until all have ended, or one has failed: the others may be waiting for a store that is away.
   */
  private static void await(
      ObjectStore store,
      CompletableFuture<Void> all,
      CompletableFuture<Void> failed,
      ExecutorService executor)
      throws StoreInterruptedException {
    try {
      var _ = CompletableFuture.anyOf(all, failed).get();
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
      throw new StoreInterruptedException(
          store.location(), null, "interrupted while reading from " + store.location(), null, e);
    } catch (ExecutionException e) {
      executor.shutdownNow(); // rethrown by the caller, once nobody is at work any more
    }
  }

  /** The first one, which the others may only follow from. */
  private static void rethrow(CompletableFuture<Void> failed) throws FirkinException {
    if (!failed.isDone()) {
      return;
    }
    try {
      failed.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case FirkinException firkin -> throw firkin;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException("unexpected failure", e);
      }
    }
  }

  /** What nobody has begun with. */
  private static final class Rest<T> {
    private final Iterator<T> unbegun;
    private boolean dropped;

    Rest(Iterator<T> unbegun) {
      this.unbegun = unbegun;
    }

    synchronized Optional<T> next() {
      return !dropped && unbegun.hasNext() ? Optional.of(unbegun.next()) : Optional.empty();
    }

    synchronized void drop() {
      dropped = true;
    }
  }
}
