package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes in batches, and asks before each, and before each attempt, whether the lease is held: a
 * deletion that hung on a dead line must not be made up for when somebody else is at work. For one
 * thread.
 */
final class GuardedDeletion {
  /** The questions between them wait for a store that is away; this is for one that answers. */
  private static final int ATTEMPTS = 10;

  private static final int BATCH = 1_000;

  private final ObjectStore store;
  private final Lease lease;
  private final List<ObjectKey> batch = new ArrayList<>(BATCH);

  GuardedDeletion(ObjectStore store, Lease lease) {
    this.store = store;
    this.lease = lease;
  }

  /** Deletes it now or with others, see {@link #finish}. */
  void add(ObjectKey key) throws FirkinException, InterruptedException {
    batch.add(key);
    if (batch.size() == BATCH) {
      finish();
    }
  }

  /** On return all that was added is gone. */
  void finish() throws FirkinException, InterruptedException {
    for (int attempt = 1; !batch.isEmpty(); attempt++) {
      if (!lease.renewed()) {
        throw new LeaseLostException();
      }
      try {
        store.deleteOnce(batch);
        batch.clear();
      } catch (StoreUnavailableException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
