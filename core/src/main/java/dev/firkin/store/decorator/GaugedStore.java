package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Notes of the {@link Line} how objects get through that are put. Stands where nothing but the line
 * is between it and the store: what waits for bandwidth is not slow. Safe for many threads.
 */
public final class GaugedStore extends ForwardingStore {
  private final Line line;
  private final WaitingClock clock;

  // Guarded by this. What is under way, summed up over the time.
  private int underWay;
  private double objectNanos;
  private long summedUpTo;

  /**
   * Wraps {@code store}, which it closes when it is closed.
   *
   * @param line is told of what is put
   */
  public GaugedStore(ObjectStore store, Line line) {
    this(store, line, WaitingClock.system());
  }

  /** As the other constructor, for tests. */
  public GaugedStore(ObjectStore store, Line line, WaitingClock clock) {
    super(store);
    this.line = line;
    this.clock = clock;
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    int bytes = body.remaining();
    long began = clock.nanos();
    double objectNanosBefore = change(1);
    try {
      PutResult result = store.put(key, body, condition);
      Duration took = since(began);
      line.carried(bytes, took, (change(0) - objectNanosBefore) / Math.max(1, took.toNanos()));
      return result;
    } catch (StoreUnavailableException e) {
      if (!e.answered()) {
        line.dropped(since(began));
      }
      throw e;
    } finally {
      var _ = change(-1);
    }
  }

  private synchronized double change(int by) {
    long now = clock.nanos();
    objectNanos += (double) underWay * (now - summedUpTo);
    summedUpTo = now;
    underWay += by;
    return objectNanos;
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(clock.nanos() - nanos);
  }
}
