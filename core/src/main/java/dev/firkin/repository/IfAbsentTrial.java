package dev.firkin.repository;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Whether a store puts an object only if it is absent, when that is the condition: tried once, with
 * an object of one byte that any later trial meets. Thread-safe.
 */
final class IfAbsentTrial {
  private static final System.Logger LOG = System.getLogger(IfAbsentTrial.class.getName());
  private static final ObjectKey KEY = ObjectKey.of("probe/if-absent");

  private final ObjectStore store;
  private Optional<Boolean> passed = Optional.empty();

  IfAbsentTrial(ObjectStore store) {
    this.store = store;
  }

  synchronized boolean passed() throws StoreException {
    if (passed.isEmpty()) {
      passed = Optional.of(runs());
    }
    return passed.get() && store.decidesConditions();
  }

  private boolean runs() throws StoreException {
    try {
      boolean metEarlierOne = isRefused();
      return metEarlierOne || isRefused();
    } catch (StoreRefusedException e) {
      LOG.log(System.Logger.Level.DEBUG, "going on without a trial of conditions", e);
      return false;
    }
  }

  private boolean isRefused() throws StoreException {
    return store.put(KEY, ByteBuffer.allocate(1), PutCondition.ifAbsent())
        instanceof PutResult.Refused;
  }
}
