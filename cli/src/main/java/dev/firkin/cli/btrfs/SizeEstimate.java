package dev.firkin.cli.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.cli.session.Console;
import dev.firkin.sendstream.StreamSizeEstimate;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Learns in the background how long a send stream will be, by sending it without data. Begins only
 * when the push has lasted a while, so that short ones never pay for it. Failing, it says so to who
 * debugs, and the total stays unknown.
 */
public final class SizeEstimate implements AutoCloseable {
  private final BtrfsSend.Request request;
  private final Console console;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile long bytes = -1;
  // Guarded by this.
  private @Nullable BtrfsSend running;

  private SizeEstimate(BtrfsSend.Request request, Duration after, Console console) {
    this.request = request;
    this.console = console;
    this.thread = Thread.ofPlatform().daemon().name("firkin-estimate").unstarted(() -> run(after));
  }

  /**
   * Begins to wait.
   *
   * @param after so long
   */
  public static SizeEstimate begin(BtrfsSend.Request request, Duration after, Console console) {
    SizeEstimate estimate = new SizeEstimate(request, after, console);
    estimate.thread.start();
    return estimate;
  }

  /** The length of the stream, once it is known. */
  public OptionalLong bytes() {
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private void run(Duration after) {
    try {
      if (closed.await(after.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      BtrfsSend send = start();
      if (send != null) {
        bytes = StreamSizeEstimate.ofNoDataStream(send.stream(), request.protocol()).streamBytes();
        send.close();
      }
    } catch (IOException | FirkinException e) {
      if (closed.getCount() > 0) {
        console.debug("the length of the stream stays unknown: " + e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable BtrfsSend start() throws FirkinException {
    if (closed.getCount() == 0) {
      return null;
    }
    running = BtrfsSend.start(request.withoutData());
    return running;
  }

  /** Ends the send, if one runs, and reaps it. */
  @Override
  public synchronized void close() {
    closed.countDown();
    if (running != null) {
      running.close();
    }
  }
}
