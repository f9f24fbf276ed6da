package dev.firkin.cli.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns SIGINT and SIGTERM into an interruption of the main thread, so that children are reaped and
 * files removed, and the program ends with its own exit code instead of the signal's. A second one
 * ends it at once.
 *
 * <p>The shutdown hook waits for the main thread's result and halts with it. The main thread, which
 * then calls {@link System#exit}, blocks there until that has happened: no deadlock, since the hook
 * waits for the result and not for the thread.
 */
public final class Interrupts {
  private static final Duration CLEANUP = Duration.ofSeconds(15);
  private static final Duration SAME_SIGNAL = Duration.ofMillis(300);

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CompletableFuture<Integer> result = new CompletableFuture<>();
  private volatile Runnable atOnce = () -> {};
  private volatile boolean endsAtOnce;

  /** Interrupts this thread when a signal comes. Called once, by the main thread. */
  public void install() {
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("firkin-signal").unstarted(() -> signal(main)));
  }

  private void signal(Thread main) {
    if (result.isDone()) {
      return; // an ordinary end
    }
    arrived.countDown();
    atOnce.run();
    int status = ExitCode.UNFINISHED.number();
    if (!endsAtOnce) {
      letTheSecondEndIt();
      main.interrupt();
      try {
        status = result.get(CLEANUP.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        System.err.println("firkin: error: interrupted; something did not stop in time");
      }
    }
    Runtime.getRuntime().halt(status);
  }

  /** Before anything is done about the first one, which is obeyed in any case. */
  private static void letTheSecondEndIt() {
    try {
      SignalActions.reset();
    } catch (RuntimeException e) {
      System.err.println("firkin: warning: a second signal will not end this at once: " + e);
    }
  }

  /** The main thread's last word, before it calls {@link System#exit}. */
  public void ended(int status) {
    result.complete(status);
  }

  /** Whether a signal came. */
  public boolean arrived() {
    return arrived.getCount() == 0;
  }

  /**
   * Whether a signal came, or comes now: Ctrl-C reaches our children too, and the news that they
   * are gone may be faster than the signal.
   */
  public boolean arrivedOrArrives() {
    try {
      return arrived.await(SAME_SIGNAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** While the main thread is in a call that cannot be interrupted. */
  public interface Uninterruptible extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Until the result is closed, a signal ends the program at once.
   *
   * @param cleanup run before, and on close
   */
  public Uninterruptible endAtOnce(Runnable cleanup) {
    atOnce = cleanup;
    endsAtOnce = true;
    return () -> {
      endsAtOnce = false;
      atOnce = () -> {};
      cleanup.run();
    };
  }
}
