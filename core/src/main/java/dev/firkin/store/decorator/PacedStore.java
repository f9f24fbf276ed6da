package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoredObject;
import java.nio.ByteBuffer;

/**
 * Lets as many objects be under way at once as the line carries, each way by itself: on a slow line
 * they only take the time from each other, and all that is under way is lost when it drops. Begins
 * with one and goes up while objects are there within seconds; halves when one took too long.
 *
 * <p>Safe for many threads. An interrupted wait is a {@link StoreInterruptedException}.
 */
public final class PacedStore extends ForwardingStore {
  private final Pace up;
  private final Pace down;

  /**
   * Wraps {@code store}, which it closes when it is closed.
   *
   * @param most objects under way at once, each way
   */
  public PacedStore(ObjectStore store, int most) {
    this(store, most, WaitingClock.system());
  }

  /** As the other constructor, for tests. */
  public PacedStore(ObjectStore store, int most, WaitingClock clock) {
    super(store);
    this.up = new Pace(most, clock);
    this.down = new Pace(most, clock);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    return paced(up, key, () -> store.put(key, body, condition));
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    return paced(down, key, () -> store.get(key, maxBytes));
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws StoreException;
  }

  private <T> T paced(Pace pace, ObjectKey key, Call<T> call) throws StoreException {
    long started;
    try {
      started = pace.enter();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreInterruptedException(
          location(), key, "interrupted while others used the line to " + location(), null, e);
    }
    try {
      T result = call.run();
      pace.succeeded(started);
      return result;
    } finally {
      pace.leave();
    }
  }
}
