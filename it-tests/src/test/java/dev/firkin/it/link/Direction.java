package dev.firkin.it.link;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One direction of a link, which all connections share: so many bytes per second, all counted. */
final class Direction {
  private static final long UNLIMITED = Long.MAX_VALUE;

  private volatile long bytesPerSecond = UNLIMITED;
  private volatile Duration latency = Duration.ZERO;
  private long freeNanos = System.nanoTime();
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
      // Who sleeps wakes a little late: what that costs may be made up for.
      freeNanos = Math.max(freeNanos, now - TimeUnit.MILLISECONDS.toNanos(20));
      freeNanos += limit == UNLIMITED ? 0 : count * 1_000_000_000L / limit;
      end = limit == UNLIMITED ? now : freeNanos;
    }
    TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
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
