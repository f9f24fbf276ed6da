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
 * deletion that hung on a dead line, or on a host that slept, must not be made up for when somebody
 * else is at work. For one thread.
 */
final class GuardedDeletion {
  /** The questions between them wait for a store that is away; this is for one that answers. */
  private static final int ATTEMPTS = 10;

  private static final int BATCH = 1_000;

  /**
   * Where objects go one after the other, a host that wakes up goes on with the rest: this many at
   * the most before it asks again.
   */
  static final int ONE_BY_ONE_BATCH = 64;

  private final ObjectStore store;
  private final Lease lease;
  private final List<ObjectKey> waiting = new ArrayList<>(BATCH);

  GuardedDeletion(ObjectStore store, Lease lease) {
    this.store = store;
    this.lease = lease;
  }

  /** Deletes it now or with others, see {@link #finish}. */
  void add(ObjectKey key) throws FirkinException, InterruptedException {
    waiting.add(key);
    if (waiting.size() == BATCH) {
      finish();
    }
  }

  /** On return all that was added is gone. */
  void finish() throws FirkinException, InterruptedException {
    int batch = store.deletesAtOnce() > 1 ? BATCH : ONE_BY_ONE_BATCH;
    for (int from = 0; from < waiting.size(); from += batch) {
      delete(waiting.subList(from, Math.min(waiting.size(), from + batch)));
    }
    waiting.clear();
  }

  private void delete(List<ObjectKey> keys) throws FirkinException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      // Renewed, not only looked at: one that has run out meanwhile, on a host that slept, is still
      // there as long as nobody else has come.
      if (!lease.renewed()) {
        throw new LeaseLostException();
      }
      try {
        store.deleteOnce(keys);
        return;
      } catch (StoreUnavailableException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
