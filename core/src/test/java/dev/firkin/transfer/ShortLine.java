package dev.firkin.transfer;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.store.decorator.ManualClock;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A slow line, by a clock that only it moves, on which one object is sent at a time. */
final class ShortLine extends ForwardingStore {
  private final ManualClock clock;
  private final long bytesPerSecond;
  private final long lifeNanos;
  private long upNanos;
  private long sentBytes;
  private long mostLostBytes;
  private int cuts;

  /**
   * @param life after so much time of sending it is cut, and is back at once
   */
  ShortLine(ObjectStore store, ManualClock clock, long bytesPerSecond, Duration life) {
    super(store);
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.lifeNanos = life.toNanos();
  }

  @Override
  public synchronized PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    long nanos = body.remaining() * 1_000_000_000L / bytesPerSecond;
    long left = lifeNanos - upNanos;
    if (nanos > left) {
      clock.advance(Duration.ofNanos(left));
      long lost = left * bytesPerSecond / 1_000_000_000L;
      mostLostBytes = Math.max(mostLostBytes, lost);
      sentBytes += lost;
      upNanos = 0;
      cuts++;
      throw new StoreUnavailableException(location(), key, "the line was cut", null, null);
    }
    clock.advance(Duration.ofNanos(nanos));
    upNanos += nanos;
    sentBytes += body.remaining();
    return super.put(key, body, condition);
  }

  /** What it has carried, all that was lost included. */
  synchronized long sentBytes() {
    return sentBytes;
  }

  /** The most that was lost by one cut. */
  synchronized long mostLostBytes() {
    return mostLostBytes;
  }

  synchronized int cuts() {
    return cuts;
  }
}
