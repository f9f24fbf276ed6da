package dev.firkin.it.link;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One direction of a link, which all connections share: so many bytes per second, all counted. */
final class Direction {
  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final long USUALLY_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Who had more to send comes back within this; after it the link was idle. */
  private static final long GOES_ON_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private volatile long bytesPerSecond = UNLIMITED;
  private volatile Duration latency = Duration.ZERO;
  private long freeNanos = System.nanoTime();
  private long wokeNanos = System.nanoTime();
  private long lateNanos;
  private long bytes;

  void bandwidth(long limit) {
    bytesPerSecond = limit;
  }

  void latency(Duration each) {
    latency = each;
  }

  /** How much may be sent at once for all to have their turns. */
  int blockBytes() {
    return bytesPerSecond == UNLIMITED ? 64 << 10 : Math.clamp(bytesPerSecond / 50, 512, 64 << 10);
  }

  /** Waits as long as the way takes. */
  void travel() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(latency.toNanos());
  }

  /** Waits until so many bytes have had the link. */
  void carry(int count) throws InterruptedException {
    long end;
    synchronized (this) {
      long now = System.nanoTime();
      long limit = bytesPerSecond;
      // A link is never late, but who sleeps is, on a busy machine very: that is made up for.
      boolean goesOn = now - wokeNanos < GOES_ON_NANOS;
      freeNanos = Math.max(freeNanos, now - Math.max(USUALLY_LATE_NANOS, goesOn ? lateNanos : 0));
      lateNanos = 0;
      freeNanos += limit == UNLIMITED ? 0 : count * 1_000_000_000L / limit;
      end = limit == UNLIMITED ? now : freeNanos;
    }
    TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
    synchronized (this) {
      wokeNanos = System.nanoTime();
      lateNanos = wokeNanos - end;
    }
  }

  /** Notes what has passed. */
  synchronized void carried(int count) {
    bytes += count;
    notifyAll();
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Waits until so many bytes have passed. */
  synchronized void await(long wanted) throws InterruptedException {
    while (bytes < wanted) {
      wait();
    }
  }
}
