package dev.firkin.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The same question about many objects, several at once. For one thread. */
public final class ParallelCalls implements AutoCloseable {
  private final ExecutorService workers;

  /**
   * @param workers how many calls at once
   */
  public ParallelCalls(int workers) {
    this.workers =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().daemon().name("firkin-calls-", 0).factory());
  }

  /** What is asked of each. */
  @FunctionalInterface
  public interface Call<T> {
    T run(ObjectKey key) throws StoreException;
  }

  /**
   * The answers, in the order of the keys. Ends with the first failure; what is under way then is
   * interrupted, and {@link #close} waits for it.
   */
  public <T> List<T> each(List<ObjectKey> keys, Call<T> call)
      throws StoreException, InterruptedException {
    List<Future<T>> running = new ArrayList<>();
    try {
      for (ObjectKey key : keys) {
        Callable<T> task = () -> call.run(key);
        running.add(workers.submit(task));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> each : running) {
        answers.add(each.get());
      }
      return answers;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case StoreException s -> throw s;
        case RuntimeException r -> throw r;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      running.forEach(each -> each.cancel(true));
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
        System.getLogger(ParallelCalls.class.getName())
            .log(System.Logger.Level.DEBUG, "a call is still waiting for the store");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
