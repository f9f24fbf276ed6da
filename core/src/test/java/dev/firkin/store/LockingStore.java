package dev.firkin.store;

import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store that locks what is put, and knows whether anybody deleted what was locked. Deleting only
 * hides, as in S3.
 */
public class LockingStore extends ForwardingStore implements ObjectLocks {
  private final InstantSource clock;
  private final ObjectLock lock;
  private final Map<ObjectKey, Lock> locks = new ConcurrentHashMap<>();
  private final List<ObjectKey> hidden = new ArrayList<>();
  private volatile State state = State.ENABLED;
  private volatile Optional<StoreException> failing = Optional.empty();
  private volatile long questions;
  private volatile long lockingsLeft = Long.MAX_VALUE;

  public LockingStore(ObjectStore store, InstantSource clock, ObjectLock lock) {
    super(store);
    this.clock = clock;
    this.lock = lock;
  }

  /** What it says of itself. */
  public LockingStore saying(State newState) {
    state = newState;
    return this;
  }

  /** From now on it does not tell whether it locks. */
  public void failing(StoreException why) {
    failing = Optional.of(why);
  }

  /** Refuses to lock after so many more. */
  public LockingStore lockingOnly(long more) {
    lockingsLeft = more;
    return this;
  }

  /** Those that were deleted although they were locked. */
  public List<ObjectKey> hidden() {
    return List.copyOf(hidden);
  }

  /** How often it was asked for a lock. */
  public long questions() {
    return questions;
  }

  /** Empty where it never had one. */
  public Optional<Instant> end(ObjectKey key) {
    return Optional.ofNullable(locks.get(key)).map(Lock::until);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    PutResult result = super.put(key, body, condition);
    if (result instanceof PutResult.Stored && ObjectKind.of(key).lockedWhenPut()) {
      locks.put(key, new Lock(lock.mode(), clock.instant().plus(lock.period())));
    }
    return result;
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    for (ObjectKey key : keys) {
      if (end(key).filter(end -> end.isAfter(clock.instant())).isPresent()) {
        hidden.add(key);
      }
      locks.remove(key);
    }
    super.delete(keys);
  }

  @Override
  public void deleteOnce(Collection<ObjectKey> keys) throws StoreException {
    delete(keys);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return Optional.of(this);
  }

  @Override
  public State state() throws StoreException {
    if (failing.isPresent()) {
      throw failing.get();
    }
    return state;
  }

  @Override
  public synchronized Optional<Lock> lockOf(ObjectKey key) throws StoreException {
    questions++;
    return Optional.ofNullable(locks.get(key));
  }

  @Override
  public synchronized boolean lock(ObjectKey key, Lock longer) throws StoreException {
    if (lockingsLeft-- <= 0) {
      throw new StoreRefusedException(location(), key, "no more locks", null, null);
    }
    Lock old = locks.get(key);
    if (old != null && (old.until().isAfter(longer.until()) || old.mode() != longer.mode())) {
      throw new StoreRefusedException(location(), key, "a lock is never weakened", null, null);
    }
    if (store.head(key).isEmpty()) {
      return false;
    }
    locks.put(key, longer);
    return true;
  }
}
