package dev.firkin.store.decorator;

import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;

/** The archive of a {@link RetryingStore}: what may be repeated is. */
final class RetryingArchive implements ArchivedObjects {
  private final ArchivedObjects archive;
  private final RetryingLocks.Retry retry;

  RetryingArchive(ArchivedObjects archive, RetryingLocks.Retry retry) {
    this.archive = archive;
    this.retry = retry;
  }

  @Override
  public State state(ObjectKey key) throws StoreException {
    return retry.run(() -> archive.state(key));
  }

  @Override
  public boolean thaw(ObjectKey key, int days, Tier tier) throws StoreException {
    return retry.run(() -> archive.thaw(key, days, tier));
  }
}
