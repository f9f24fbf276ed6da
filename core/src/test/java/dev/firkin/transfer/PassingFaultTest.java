package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.transfer.RepairStep.Outcome;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store gives wrong once, and right at a second look: no snapshot goes for that. */
@Timeout(120)
class PassingFaultTest {
  @TempDir Path folder;
  private TestRepository test;
  private Manifest full;
  private Manifest delta;
  private Manifest other;

  @BeforeEach
  void push() throws Exception {
    test = TestRepository.encrypted(folder);
    Repository source = test.asSource(test.store);
    full = Damaged.push(source, TestStreams.request("v/full"), TestStreams.full(51, 6_000_000));
    delta =
        Damaged.push(source, TestStreams.request("v/delta"), TestStreams.delta(52, 100_000, 51));
    other = Damaged.push(source, TestStreams.request("v/other"), TestStreams.full(53, 300_000));
  }

  /** Gives some objects wrong for some times, and leaves some out of its lists. */
  private static final class Forgetful extends ForwardingStore {
    private final Map<ObjectKey, Integer> wrong = new HashMap<>();
    private final Set<ObjectKey> unlisted = new HashSet<>();

    Forgetful(ObjectStore store) {
      super(store);
    }

    @Override
    public synchronized StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
      StoredObject object = store.get(key, maxBytes);
      int times = wrong.getOrDefault(key, 0);
      if (times == 0) {
        return object;
      }
      wrong.put(key, times - 1);
      ByteBuffer body = ByteBuffer.allocate(object.body().remaining()).put(object.body()).flip();
      int middle = body.remaining() / 2;
      body.put(middle, (byte) (body.get(middle) ^ 4));
      return new StoredObject(body, object.version());
    }

    @Override
    public synchronized void list(KeyPrefix prefix, Consumer<ObjectInfo> each)
        throws StoreException {
      store.list(
          prefix,
          info -> {
            if (!unlisted.contains(info.key())) {
              each.accept(info);
            }
          });
    }
  }

  /** What is wrong with the full snapshot. */
  enum Fault {
    MANIFEST,
    PAGE,
    CHUNK,
    LISTED
  }

  @ParameterizedTest
  @EnumSource
  void noSnapshotGoesIntoQuarantineForIt(Fault fault) throws Exception {
    Forgetful store = new Forgetful(test.store);
    ObjectKey chunk = Damaged.chunk(test.asSource(test.store), full.data(), 70);
    switch (fault) {
      case MANIFEST -> store.wrong.put(Snapshots.key(full.id()), 2); // by the plan too
      case PAGE -> store.wrong.put(page(), 1);
      case CHUNK -> store.wrong.put(chunk, 1);
      case LISTED -> store.unlisted.add(chunk);
    }
    Repository owner = Damaged.withAll(test, store);
    VerifyReport report = Damaged.verify(owner, List.of(), 1);
    Repair repair = repair(owner);
    List<RepairStep> steps = repair.plan(report);
    Set<SnapshotName> toGo =
        steps.stream()
            .filter(step -> step instanceof RepairStep.Quarantine)
            .flatMap(step -> step.snapshots().stream())
            .collect(Collectors.toSet());
    assertTrue(toGo.contains(delta.name()), () -> "it looks lost: " + steps);

    for (RepairStep step : steps) {
      Outcome outcome = repair.perform(step);
      if (!(step instanceof RepairStep.Leave)) {
        assertInstanceOf(Outcome.SoundNow.class, outcome, step::toString);
      }
    }

    assertEquals(List.of(), Damaged.keys(test.store, "trash/"));
    assertEquals(
        List.of(), Damaged.verify(Damaged.withAll(test, test.store), List.of(), 1).findings());
  }

  /** What is really lost goes, with what is based on it, and nothing else. */
  @Test
  void aFaultThatPassesSavesNoOther() throws Exception {
    Forgetful store = new Forgetful(test.store);
    store.wrong.put(Snapshots.key(other.id()), 1);
    test.store.delete(List.of(Damaged.chunk(test.asSource(test.store), full.data(), 70)));
    Repository owner = Damaged.withAll(test, store);
    Repair repair = repair(owner);

    for (RepairStep step : repair.plan(Damaged.verify(owner, List.of(), 0))) {
      var _ = repair.perform(step);
    }

    assertEquals(
        List.of(other), owner.snapshots(ObjectCache.none()).load().manifests(), "full is lost");
    assertEquals(2, Damaged.keys(test.store, "trash/").size());
  }

  /** The source comes back between the plan and the deed. */
  @Test
  void whatWasMendedMeanwhileStays() throws Exception {
    ObjectKey chunk = Damaged.chunk(test.asSource(test.store), full.data(), 70);
    byte[] content = Damaged.bytes(test.store, chunk);
    test.store.delete(List.of(chunk));
    Repository owner = Damaged.withAll(test, test.store);
    Repair repair = repair(owner);
    List<RepairStep> steps = repair.plan(Damaged.verify(owner, List.of(), 0));
    Damaged.put(test.store, chunk, content);

    for (RepairStep step : steps) {
      var _ = repair.perform(step);
    }

    assertEquals(3, owner.snapshots(ObjectCache.none()).load().manifests().size());
    assertEquals(List.of(), Damaged.keys(test.store, "trash/"));
  }

  private static Repair repair(Repository owner) {
    return new Repair(
        owner, owner.snapshots(ObjectCache.none()), List.of(), Optional.empty(), () -> {});
  }

  private ObjectKey page() {
    return Pages.key(((ChunkRun.References.Paged) full.data().references()).pages().getFirst());
  }
}
