package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Lease;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What tests do to a repository in memory, and ask of it. */
final class Damaged {
  private Damaged() {}

  static Map<ObjectKey, byte[]> contents(ObjectStore store) throws FirkinException {
    Map<ObjectKey, byte[]> contents = new TreeMap<>();
    for (ObjectKey key : keys(store, "")) {
      contents.put(key, bytes(store, key));
    }
    return contents;
  }

  /** Makes a store hold exactly this. */
  static void reset(ObjectStore store, Map<ObjectKey, byte[]> contents) throws FirkinException {
    List<ObjectKey> surplus = new ArrayList<>(keys(store, ""));
    surplus.removeAll(contents.keySet());
    store.delete(surplus);
    for (Map.Entry<ObjectKey, byte[]> object : contents.entrySet()) {
      put(store, object.getKey(), object.getValue());
    }
  }

  static List<ObjectKey> keys(ObjectStore store, String prefix) throws FirkinException {
    List<ObjectInfo> found = new ArrayList<>();
    store.list(prefix.isEmpty() ? KeyPrefix.all() : KeyPrefix.of(prefix), found::add);
    return found.stream().map(ObjectInfo::key).toList();
  }

  static byte[] bytes(ObjectStore store, ObjectKey key) throws FirkinException {
    ByteBuffer body = store.get(key, 1 << 26).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  static void put(ObjectStore store, ObjectKey key, byte[] bytes) throws FirkinException {
    store.put(key, ByteBuffer.wrap(bytes), PutCondition.always());
  }

  static void flip(ObjectStore store, ObjectKey key) throws FirkinException {
    byte[] bytes = bytes(store, key);
    bytes[bytes.length / 2] ^= 4;
    put(store, key, bytes);
  }

  /** The host that pushes, with the owner's identity in its hands: secret and identity. */
  static Repository withAll(TestRepository test, ObjectStore through) throws FirkinException {
    return test.source.open(
        through,
        test.encrypted
            ? new Credentials(List.of(test.identity), Optional.empty())
            : Credentials.NONE);
  }

  static VerifyReport verify(Repository repository, List<Manifest> remembered, double sample)
      throws FirkinException, InterruptedException {
    return new Verify(
            repository,
            repository.snapshots(ObjectCache.none()),
            remembered,
            3,
            sample,
            new RestoreProgress())
        .run();
  }

  static Manifest push(Repository source, PushRequest request, byte[] stream)
      throws FirkinException, InterruptedException {
    return TestLeases.push(source, 3, request, new MemoryProducer(stream), Push.Start.FROM_ZERO)
        .manifest();
  }

  static PushResult.Mended mend(Repository source, PushRequest request, byte[] stream)
      throws FirkinException, InterruptedException {
    try (Lease lease = TestLeases.shared(source)) {
      return (PushResult.Mended)
          Push.mending(source, source.snapshots(ObjectCache.none()), lease, 3, new PushProgress())
              .run(request, new MemoryProducer(stream), Push.Start.FROM_ZERO);
    }
  }

  static byte[] restored(Repository owner, Manifest manifest)
      throws FirkinException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamRestore(owner, 3, new RestoreProgress()).write(manifest, out);
    return out.toByteArray();
  }

  static List<ChunkRef> refs(Repository repository, ChunkRun run) throws FirkinException {
    References references = new References(repository.pages(), run);
    List<ChunkRef> refs = new ArrayList<>();
    for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
      refs.add(ref.get());
    }
    return refs;
  }

  static ObjectKey chunk(Repository repository, ChunkRun run, int number) throws FirkinException {
    ChunkId id = refs(repository, run).get(number).id();
    return Chunks.key(id);
  }
}
