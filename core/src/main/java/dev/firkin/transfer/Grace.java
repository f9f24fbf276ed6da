package dev.firkin.transfer;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The time that what is under way of a push has to get to the store; given once, and only made
 * shorter. For one thread.
 */
final class Grace {
  /** An interrupted push may take so long to store what is under way, and a checkpoint. */
  static final Duration INTERRUPTED = Duration.ofSeconds(3);

  /**
   * So much of it is for the checkpoint. On a line on which that takes long, no chunk that is under
   * way would come through in the rest anyway.
   */
  private static final Duration CHECKPOINT = Duration.ofMillis(2_250);

  /** So may one that was stopped or whose stream broke off. */
  static final Duration STOPPED = Duration.ofMinutes(2);

  private final Runnable cutShort;
  private OptionalLong endsAtNanos = OptionalLong.empty();

  /**
   * @param cutShort tells the committer to wait for no chunk any more, and to write the checkpoint
   */
  Grace(Runnable cutShort) {
    this.cutShort = cutShort;
  }

  /**
   * Waits until the committer is done with what the reader has left it; its failure is another's
   * consequence. Whoever is interrupted meanwhile has less time.
   */
  void await(Future<?> committed, Duration most) {
    shorten(most);
    boolean interrupted = false;
    boolean cut = false;
    while (true) {
      try {
        long forChunks = Math.max(0, left() - CHECKPOINT.toNanos());
        var _ = committed.get(cut ? left() : forChunks, TimeUnit.NANOSECONDS);
        break;
      } catch (ExecutionException | TimeoutException e) {
        if (!cut && e instanceof TimeoutException) {
          cut = true;
          cutShort.run();
          continue;
        }
        System.getLogger(Grace.class.getName())
            .log(System.Logger.Level.DEBUG, "there is no last checkpoint", e);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        shorten(INTERRUPTED);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void shorten(Duration most) {
    if (endsAtNanos.isEmpty() || left() > most.toNanos()) {
      endsAtNanos = OptionalLong.of(System.nanoTime() + most.toNanos());
    }
  }

  private long left() {
    return Math.max(0, endsAtNanos.orElseThrow() - System.nanoTime());
  }
}
