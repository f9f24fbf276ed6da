package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.decorator.Line;
import dev.firkin.transfer.MemoryProducer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import dev.firkin.transfer.TestStreams;
import dev.firkin.transfer.Verify;
import dev.firkin.transfer.VerifyReport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A repository in memory with snapshots in it, whose store's clock a test sets. */
final class Shelf {
  final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-22T00:00:00Z"));
  final MemoryStore store = new MemoryStore("shelf", clock);
  final TestRepository test;
  private final Map<SnapshotName, byte[]> streams =
      new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

  Shelf(Path folder) throws FirkinException {
    this(folder, true);
  }

  private Shelf(Path folder, boolean encrypted) throws FirkinException {
    this.test =
        encrypted ? TestRepository.encrypted(folder, store) : TestRepository.plain(folder, store);
  }

  /** Without encryption, for many rounds. */
  static Shelf plain(Path folder) throws FirkinException {
    return new Shelf(folder, false);
  }

  /** A snapshot {@code v/s<seed>} of these files. */
  Manifest push(long seed, List<Long> contents, Optional<Long> parent) throws Exception {
    return push(store, seed, contents, parent);
  }

  Manifest push(ObjectStore through, long seed, List<Long> contents, Optional<Long> parent)
      throws Exception {
    byte[] stream = TestStreams.of(seed, contents, parent);
    Repository repository = test.asSource(through);
    Manifest manifest;
    try (MemoryProducer producer = new MemoryProducer(stream);
        Lease lease = lease(repository, LeaseMode.SHARED)) {
      manifest =
          new Push(
                  repository,
                  repository.snapshots(ObjectCache.none()),
                  lease,
                  2,
                  new PushProgress(),
                  Line.wide())
              .run(request(seed, parent), producer, Push.Start.FROM_CHECKPOINT)
              .manifest();
    }
    synchronized (streams) {
      streams.put(manifest.name(), stream);
    }
    return manifest;
  }

  static PushRequest request(long seed) {
    return request(seed, Optional.empty());
  }

  private static PushRequest request(long seed, Optional<Long> parent) {
    return new PushRequest(
        new SnapshotName("v", "s" + seed),
        Optional.of(
            new PushRequest.Expected(TestStreams.uuid(seed), parent.map(TestStreams::uuid))),
        "test-host",
        Optional.empty(),
        Optional.empty(),
        List.of(),
        "firkin test");
  }

  Lease lease(Repository repository, LeaseMode mode) throws Exception {
    return TestRepository.quickLeases(repository)
        .take(mode, "test", "test-host", Duration.ZERO, found -> {});
  }

  Snapshots snapshots() throws FirkinException {
    return test.asSource(store).snapshots(ObjectCache.none());
  }

  /** Forgets by name, with what needs it. */
  void forget(ObjectStore through, Manifest... named) throws Exception {
    forget(through, catalog -> ForgetPlan.of(List.of(named), catalog));
  }

  /** What is to be forgotten of what is there. */
  @FunctionalInterface
  interface Planning {
    ForgetPlan of(Catalog catalog) throws FirkinException;
  }

  void forget(ObjectStore through, Planning planning) throws Exception {
    Repository repository = test.asSource(through);
    Snapshots snapshots = repository.snapshots(ObjectCache.none());
    try (Lease lease = lease(repository, LeaseMode.EXCLUSIVE)) {
      ForgetPlan plan = planning.of(snapshots.load());
      new Forget(repository, snapshots, lease)
          .run(plan, List.of(), "test-host", clock.instant(), manifest -> {});
    }
  }

  PruneReport prune(Duration grace) throws Exception {
    return prune(store, new Prune.Options(grace, false, false), List.of());
  }

  PruneReport prune(ObjectStore through, Prune.Options options, List<Manifest> remembered)
      throws Exception {
    Repository repository = test.asSource(through);
    try (Lease lease = lease(repository, LeaseMode.EXCLUSIVE)) {
      return new Prune(
              repository,
              repository.snapshots(ObjectCache.none()),
              remembered,
              lease,
              options,
              new PruneProgress())
          .run();
    }
  }

  /** Every snapshot that is there gives the bytes that went in, and nothing is damaged. */
  VerifyReport assertSound() throws Exception {
    Repository owner = test.asOwner(store);
    VerifyReport report =
        new Verify(
                owner, owner.snapshots(ObjectCache.none()), List.of(), 2, 0, new RestoreProgress())
            .run();
    if (!report.sound()) {
      throw new AssertionError(report.findings().toString());
    }
    for (Manifest manifest : snapshots().load().manifests()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new StreamRestore(owner, 2, new RestoreProgress()).write(manifest, out);
      byte[] stream;
      synchronized (streams) {
        stream = streams.get(manifest.name());
      }
      if (!java.util.Arrays.equals(stream, out.toByteArray())) {
        throw new AssertionError(manifest.name() + " gives other bytes");
      }
    }
    return report;
  }

  List<String> names() throws FirkinException {
    return snapshots().load().manifests().stream().map(m -> m.name().toString()).sorted().toList();
  }

  int count(String folder) {
    return keys(folder).size();
  }

  List<ObjectKey> keys(String folder) {
    List<ObjectKey> keys = new ArrayList<>();
    store.list(KeyPrefix.of(folder), info -> keys.add(info.key()));
    return keys;
  }

  /** As it was, and nobody at work. */
  void reset(Map<ObjectKey, ByteBuffer> before) throws Exception {
    store.delete(contents().keySet());
    store.delete(keys("leases/"));
    for (Map.Entry<ObjectKey, ByteBuffer> object : before.entrySet()) {
      store.put(object.getKey(), object.getValue().duplicate(), PutCondition.always());
    }
  }

  /** What lies there, but for leases. */
  Map<ObjectKey, ByteBuffer> contents() throws Exception {
    Map<ObjectKey, ByteBuffer> contents = new TreeMap<>();
    for (String folder :
        List.of(
            "snapshots/",
            "pages/",
            "chunks/",
            "uploads/",
            "trash/",
            "forgotten/",
            "condemned/",
            "keep/")) {
      for (ObjectKey key : keys(folder)) {
        contents.put(key, store.get(key, 1 << 24).body());
      }
    }
    return contents;
  }
}
