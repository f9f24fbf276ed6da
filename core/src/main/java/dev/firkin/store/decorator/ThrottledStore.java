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
import java.util.OptionalLong;

/**
 * Keeps bodies to so many bytes per second up and down, for all threads together. Each object is
 * sent at the speed of the line, within a slot of time as long as it would take at the limit; so
 * the average over a few objects is exact, the moment is not. Requests without bodies are free, and
 * what is put beside chunks does not wait: the chunks after it do.
 *
 * <p>An interrupted wait is a {@link StoreInterruptedException}.
 */
public final class ThrottledStore extends ForwardingStore {
  private final Optional<RateLimit> up;
  private final Optional<RateLimit> down;

  /** Wraps {@code store}, which it closes when it is closed; an empty limit is none. */
  public ThrottledStore(
      ObjectStore store, OptionalLong uploadBytesPerSecond, OptionalLong downloadBytesPerSecond) {
    this(store, uploadBytesPerSecond, downloadBytesPerSecond, WaitingClock.system());
  }

  /** As the other constructor, for tests. */
  public ThrottledStore(
      ObjectStore store,
      OptionalLong uploadBytesPerSecond,
      OptionalLong downloadBytesPerSecond,
      WaitingClock clock) {
    super(store);
    this.up = limit(uploadBytesPerSecond, clock);
    this.down = limit(downloadBytesPerSecond, clock);
  }

  private static Optional<RateLimit> limit(OptionalLong bytesPerSecond, WaitingClock clock) {
    return bytesPerSecond.isPresent()
        ? Optional.of(new RateLimit(bytesPerSecond.getAsLong(), clock))
        : Optional.empty();
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    if (up.isEmpty()) {
      return store.put(key, body, condition);
    }
    RateLimit.Slot slot = up.get().reserve(body.remaining());
    if (!Bulk.is(key)) {
      return store.put(key, body, condition); // paid for by the next chunk
    }
    await(up.get(), slot.startNanos(), key);
    PutResult result = store.put(key, body, condition);
    await(up.get(), slot.endNanos(), key);
    return result;
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    StoredObject object = store.get(key, maxBytes);
    payFor(object.body().remaining(), key);
    return object;
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    Optional<ObjectPart> part = store.getPart(key, from, bytes, of);
    if (part.isPresent()) {
      payFor(part.get().body().remaining(), key);
    }
    return part;
  }

  /** How much it is is known only when it is there. */
  private void payFor(int receivedBytes, ObjectKey key) throws StoreException {
    if (down.isPresent()) {
      await(down.get(), down.get().reserve(receivedBytes).endNanos(), key);
    }
  }

  private void await(RateLimit limit, long nanos, ObjectKey key) throws StoreException {
    try {
      limit.await(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreInterruptedException(
          location(), key, "interrupted while waiting for bandwidth to " + location(), null, e);
    }
  }
}
