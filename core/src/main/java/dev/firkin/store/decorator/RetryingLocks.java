package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.StoreException;
import java.util.Optional;

/** The locks of a {@link RetryingStore}: what may be repeated is. */
final class RetryingLocks implements ObjectLocks {
  private final ObjectLocks locks;
  private final Retry retry;

  /** Repeats a call. */
  @FunctionalInterface
  interface Retry {
    <T> T run(RetryingStore.Call<T> call) throws StoreException;
  }

  RetryingLocks(ObjectLocks locks, Retry retry) {
    this.locks = locks;
    this.retry = retry;
  }

  @Override
  public State state() throws StoreException {
    return retry.run(locks::state);
  }

  @Override
  public Optional<Lock> lockOf(ObjectKey key) throws StoreException {
    return retry.run(() -> locks.lockOf(key));
  }

  @Override
  public boolean lock(ObjectKey key, Lock lock) throws StoreException {
    return retry.run(() -> locks.lock(key, lock));
  }
}
