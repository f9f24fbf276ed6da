package dev.firkin.store.decorator;

import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLocks;
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
import java.util.function.Consumer;

/** Passes every call on; a decorator changes those that it is about, and closes what it wraps. */
public abstract class ForwardingStore implements ObjectStore {
  /** The store that this one stands before. */
  protected final ObjectStore store;

  /** Wraps {@code store}, which it closes when it is closed. */
  protected ForwardingStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    return store.put(key, body, condition);
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    return store.get(key, maxBytes);
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    return store.getPart(key, from, bytes, of);
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    return store.head(key);
  }

  @Override
  public Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
    return store.find(key);
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    store.list(prefix, each);
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    store.delete(keys);
  }

  @Override
  public int deletesAtOnce() {
    return store.deletesAtOnce();
  }

  @Override
  public boolean decidesConditions() {
    return store.decidesConditions();
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return store.locks();
  }

  @Override
  public Optional<ArchivedObjects> archive() {
    return store.archive();
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public String place() {
    return store.place();
  }

  @Override
  public void close() {
    store.close();
  }
}
