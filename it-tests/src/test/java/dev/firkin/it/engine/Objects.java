package dev.firkin.it.engine;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is in a store, and what somebody who can write to it does to it. */
public final class Objects {
  private static final int LARGEST_BYTES = 64 << 20;

  private Objects() {}

  /** The keys below a prefix; an empty one means all. */
  public static Set<ObjectKey> keys(ObjectStore store, String prefix) throws StoreException {
    return list(store, prefix).stream().map(ObjectInfo::key).collect(toUnmodifiableSet());
  }

  static List<ObjectInfo> list(ObjectStore store, String prefix) throws StoreException {
    List<ObjectInfo> found = new ArrayList<>();
    store.list(prefix.isEmpty() ? KeyPrefix.all() : KeyPrefix.of(prefix), found::add);
    return found;
  }

  public static byte[] read(ObjectStore store, ObjectKey key) throws StoreException {
    ByteBuffer body = store.get(key, LARGEST_BYTES).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  public static void write(ObjectStore store, ObjectKey key, byte[] bytes) throws StoreException {
    store.put(key, ByteBuffer.wrap(bytes), PutCondition.always());
  }

  /** A copy of everything. */
  static Map<ObjectKey, byte[]> copy(ObjectStore store) throws StoreException {
    Map<ObjectKey, byte[]> copy = new TreeMap<>();
    for (ObjectInfo info : list(store, "")) {
      copy.put(info.key(), read(store, info.key()));
    }
    return copy;
  }

  /** Makes the store hold exactly this again. */
  static void restore(ObjectStore store, Map<ObjectKey, byte[]> copy) throws StoreException {
    Set<ObjectKey> surplus = new HashSet<>(keys(store, ""));
    surplus.removeAll(copy.keySet());
    store.delete(surplus);
    for (Map.Entry<ObjectKey, byte[]> each : copy.entrySet()) {
      write(store, each.getKey(), each.getValue());
    }
  }
}
