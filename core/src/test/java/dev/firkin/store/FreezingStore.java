package dev.firkin.store;

import dev.firkin.store.decorator.ForwardingStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A store whose chunks can be frozen, and that thaws when a test says so. */
public final class FreezingStore extends ForwardingStore implements ArchivedObjects {
  private final Map<ObjectKey, State> states = new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong gets = new AtomicLong();
  private final AtomicLong looked = new AtomicLong();

  public FreezingStore(ObjectStore store) {
    super(store);
  }

  /** From now on it cannot be read. */
  public void freeze(ObjectKey key) {
    states.put(key, State.FROZEN);
  }

  /** What was asked for can be read. */
  public void thawAll() {
    states.replaceAll((key, state) -> State.THAWED);
  }

  /** How many were asked for. */
  public long asked() {
    return asked.get();
  }

  /** How many were looked at. */
  public long looked() {
    return looked.get();
  }

  /** How many objects were read. */
  public long gets() {
    return gets.get();
  }

  /** Counts from here. */
  public void forgetGets() {
    gets.set(0);
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    gets.incrementAndGet();
    if (states.get(key) == State.FROZEN) {
      throw new ObjectFrozenException(location(), key, null);
    }
    return super.get(key, maxBytes);
  }

  @Override
  public Optional<ArchivedObjects> archive() {
    return Optional.of(this);
  }

  @Override
  public State state(ObjectKey key) {
    looked.incrementAndGet();
    return states.getOrDefault(key, State.AT_HAND);
  }

  @Override
  public boolean thaw(ObjectKey key, int days, Tier tier) {
    if (states.getOrDefault(key, State.AT_HAND) != State.FROZEN) {
      return true;
    }
    asked.incrementAndGet();
    return false;
  }
}
