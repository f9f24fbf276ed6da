package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Lets as many chunks be put at once, and objects be read, as the line carries: on a slow line they
 * only take the time from each other, and all that is under way is lost when it drops. Begins with
 * one and goes up while objects are there within seconds; halves when one took too long, or failed
 * after too long a time. Of the chunks that wait, the first one of the stream goes first: none
 * counts before those in front of it. What is put beside chunks is small, and waits for nobody.
 *
 * <p>Ends a put with a {@link LineTooShortException} where the {@link Line} is too slow for it, or
 * drops, the caller being able to send smaller ones.
 *
 * <p>Safe for many threads. An interrupted wait is a {@link StoreInterruptedException}.
 */
public final class PacedStore extends ForwardingStore {
  private final Pace up;
  private final Pace down;
  private final Line line;

  /**
   * Wraps {@code store}, which it closes when it is closed.
   *
   * @param most objects under way at once, each way
   * @param line as a {@link GaugedStore} within knows it
   */
  public PacedStore(ObjectStore store, int most, Line line) {
    this(store, most, line, WaitingClock.system());
  }

  /** As the other constructor, for tests. */
  public PacedStore(ObjectStore store, int most, Line line, WaitingClock clock) {
    super(store);
    this.line = line;
    this.up = new Pace(most, clock, line.held());
    this.down = new Pace(most, clock);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    if (!Bulk.is(key)) {
      return store.put(key, body, condition);
    }
    int bytes = body.remaining();
    long turn = line.turnOf(key);
    long entered = enter(up, key, turn);
    try {
      // Asked only now: those before it may have told what the line is like.
      if (line.isTooShortFor(key, bytes)) {
        throw new LineTooShortException(location(), key, bytes, null);
      }
      PutResult result = store.put(key, body, condition);
      up.succeeded(entered, line.slow());
      return result;
    } catch (StoreException e) {
      up.failed(entered);
      if (e.retryable() && line.isTooShortFor(key, bytes)) {
        throw new LineTooShortException(location(), key, bytes, e);
      }
      throw e;
    } finally {
      up.leave(turn);
    }
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    return read(key, () -> store.get(key, maxBytes));
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    return read(key, () -> store.getPart(key, from, bytes, of));
  }

  private interface Reading<T> {
    T run() throws StoreException;
  }

  private <T> T read(ObjectKey key, Reading<T> reading) throws StoreException {
    long entered = enter(down, key, 0);
    try {
      T read = reading.run();
      down.succeeded(entered);
      return read;
    } catch (StoreException e) {
      down.failed(entered);
      throw e;
    } finally {
      down.leave(0);
    }
  }

  private long enter(Pace pace, ObjectKey key, long turn) throws StoreException {
    try {
      return pace.enter(turn);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreInterruptedException(
          location(), key, "interrupted while others used the line to " + location(), null, e);
    }
  }
}
