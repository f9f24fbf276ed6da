package dev.firkin.store.decorator;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts what passes through it; {@link #traffic} may be asked at any time, from any thread. */
public final class MeteredStore extends ForwardingStore {
  private final LongAdder puts = new LongAdder();
  private final LongAdder gets = new LongAdder();
  private final LongAdder heads = new LongAdder();
  private final LongAdder lists = new LongAdder();
  private final LongAdder deletes = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();

  /** Wraps {@code store}, which it closes when it is closed. */
  public MeteredStore(ObjectStore store) {
    super(store);
  }

  /** Everything since this was made; the numbers may be of slightly different moments. */
  public Traffic traffic() {
    return new Traffic(
        puts.sum(),
        gets.sum(),
        heads.sum(),
        lists.sum(),
        deletes.sum(),
        refusals.sum(),
        failures.sum(),
        storedBytes.sum(),
        sentBytes.sum(),
        receivedBytes.sum());
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws StoreException;
  }

  private <T> T counted(LongAdder kind, long count, Call<T> call) throws StoreException {
    kind.add(count);
    try {
      return call.run();
    } catch (StoreException e) {
      failures.increment();
      throw e;
    }
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    sentBytes.add(body.remaining());
    PutResult result = counted(puts, 1, () -> store.put(key, body, condition));
    switch (result) {
      case PutResult.Stored _ -> storedBytes.add(body.remaining());
      case PutResult.Refused() -> refusals.increment();
    }
    return result;
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    StoredObject object = counted(gets, 1, () -> store.get(key, maxBytes));
    receivedBytes.add(object.body().remaining());
    return object;
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    Optional<ObjectPart> part = counted(gets, 1, () -> store.getPart(key, from, bytes, of));
    part.ifPresent(p -> receivedBytes.add(p.body().remaining()));
    return part;
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    return counted(heads, 1, () -> store.head(key));
  }

  @Override
  public Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
    return counted(heads, 1, () -> store.find(key));
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    counted(
        lists,
        1,
        () -> {
          store.list(prefix, each);
          return prefix;
        });
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    counted(
        deletes,
        keys.size(),
        () -> {
          store.delete(keys);
          return keys;
        });
  }
}
