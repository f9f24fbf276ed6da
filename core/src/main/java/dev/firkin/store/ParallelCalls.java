package dev.firkin.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
   * The answers, in the order of the keys. Ends with the first failure, and then leaves no call
   * under way.
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
  }
}
