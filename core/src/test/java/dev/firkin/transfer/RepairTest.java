package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.transfer.Finding.Kind;
import dev.firkin.transfer.RepairStep.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A full snapshot, a delta on it, and one that has nothing to do with them. */
@Timeout(300)
class RepairTest {
  @TempDir Path folder;
  private TestRepository test;
  private byte[] fullStream;
  private byte[] otherStream;
  private Manifest full;
  private Manifest delta;
  private Manifest other;
  private List<Manifest> remembered;

  @AfterAll
  static void printFigure() {
    FaultyStore.printInjected();
  }

  @BeforeEach
  void push() throws Exception {
    test = TestRepository.encrypted(folder);
    Repository source = test.asSource(test.store);
    fullStream = TestStreams.full(51, 300_000);
    otherStream = TestStreams.full(53, 400_000);
    full = Damaged.push(source, TestStreams.request("v/full"), fullStream);
    delta =
        Damaged.push(source, TestStreams.request("v/delta"), TestStreams.delta(52, 100_000, 51));
    other = Damaged.push(source, TestStreams.request("v/other"), otherStream);
    remembered = List.of(full, delta, other);
  }

  @Test
  void aDamagedChunkIsMovedAwayAndTheNextPushStoresItAgain() throws Exception {
    ObjectKey key = Damaged.chunk(test.asSource(test.store), full.data(), 1);
    Damaged.flip(test.store, key);
    byte[] damaged = Damaged.bytes(test.store, key);

    List<Outcome> outcomes = repair(test.store, remembered, false);

    Outcome.Moved moved = assertInstanceOf(Outcome.Moved.class, outcomes.getFirst());
    assertTrue(moved.to().matches("trash/\\d{8}T\\d{6}Z-[0-9a-f]{8}/" + key), moved.to());
    assertArrayEquals(damaged, Damaged.bytes(test.store, ObjectKey.of(moved.to())));
    assertEquals(List.of(key + " " + Kind.CHUNK_MISSING), findings(remembered));
    Damaged.push(test.asSource(test.store), TestStreams.request("v/full"), fullStream);
    assertEquals(List.of(), findings(remembered));
    assertArrayEquals(fullStream, Damaged.restored(owner(test.store), full));
  }

  /** The chunks are older than it is on the list, and whole: nothing may be done to them. */
  @Test
  void whatOnlyALaterRecipientCannotReadIsLeftAlone() throws Exception {
    AgeIdentity later = AgeIdentity.generate();
    new Recipients(new KnownRepositories(folder.resolve("source")))
        .add(
            test.store,
            Credentials.NONE,
            new Protection(List.of(later.recipient()), Optional.empty(), PassphraseKdf.BCRYPT));
    Repository newcomer =
        new Repositories(new KnownRepositories(folder.resolve("newcomer")))
            .open(test.store, new Credentials(List.of(later), Optional.empty()));
    List<ObjectKey> before = Damaged.keys(test.store, "chunks/");

    VerifyReport report = Damaged.verify(newcomer, remembered, 1);

    assertEquals(
        Set.of(Kind.CHUNK_UNREADABLE),
        report.findings().stream().map(Finding::kind).collect(Collectors.toSet()));
    Repair repair =
        new Repair(
            newcomer,
            newcomer.snapshots(ObjectCache.none()),
            remembered,
            Optional.empty(),
            () -> {});
    for (RepairStep step : repair.plan(report)) {
      assertInstanceOf(RepairStep.Leave.class, step);
    }
    assertEquals(before, Damaged.keys(test.store, "chunks/"));
    assertEquals(List.of(), Damaged.verify(owner(test.store), remembered, 1).findings());
  }

  /** Without an identity nobody can tell whether it is damaged. */
  @Test
  void whatMayOnlyHaveAnotherLengthIsNotTakenAway() throws Exception {
    Repository source = test.asSource(test.store);
    ObjectKey key = Damaged.chunk(source, other.data(), 1);
    byte[] whole = Damaged.bytes(test.store, key);
    Damaged.put(test.store, key, Arrays.copyOf(whole, whole.length - 1));

    VerifyReport report = Damaged.verify(source, remembered, 0);

    assertEquals(List.of(Kind.CHUNK_SIZE), report.findings().stream().map(Finding::kind).toList());
    Repair repair =
        new Repair(
            source, source.snapshots(ObjectCache.none()), remembered, Optional.empty(), () -> {});
    for (RepairStep step : repair.plan(report)) {
      assertInstanceOf(RepairStep.Leave.class, step);
    }
  }

  @Test
  void aPageACheckpointAndAKeySlot() throws Exception {
    byte[] cut = TestStreams.full(54, 800_000);
    try {
      TestLeases.push(
          test.asSource(test.store),
          3,
          TestStreams.requestFor(54),
          new MemoryProducer(cut, 500_000),
          Push.Start.FROM_ZERO);
    } catch (FirkinException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("stops early"), e::toString);
    }
    byte[] large = TestStreams.full(55, 6_000_000);
    ObjectKey page =
        page(Damaged.push(test.asSource(test.store), TestStreams.request("v/large"), large));
    ObjectKey checkpoint = Damaged.keys(test.store, "uploads/").getFirst();
    ObjectKey slot = Damaged.keys(test.store, "keys/").getFirst();
    for (ObjectKey key : List.of(page, checkpoint, slot)) {
      Damaged.flip(test.store, key);
    }
    assertEquals(3, findings(remembered).size());

    repair(test.store, remembered, false);

    assertEquals(List.of(page + " " + Kind.PAGE), findings(remembered));
    assertEquals(3, Damaged.keys(test.store, "trash/").size());
    // The slot was written anew: a new machine gets in by it.
    assertEquals(
        4, test.asOwner(test.store).snapshots(ObjectCache.none()).load().manifests().size());
    Damaged.push(test.asSource(test.store), TestStreams.request("v/large"), large);
    assertEquals(List.of(), findings(remembered));
  }

  @Test
  void aManifestThatThisHostHasSeenIsPutBack() throws Exception {
    Damaged.flip(test.store, Snapshots.key(full.id()));
    test.store.delete(List.of(Snapshots.key(other.id())));

    repair(test.store, remembered, false);

    assertEquals(List.of(), findings(remembered));
    assertEquals(1, Damaged.keys(test.store, "trash/").size());
    assertArrayEquals(fullStream, Damaged.restored(owner(test.store), full));
  }

  @Test
  void whatCannotBeRestoredGoesIntoQuarantineAndComesBackWithItsChunks() throws Exception {
    ObjectKey key = Damaged.chunk(test.asSource(test.store), full.data(), 0);
    byte[] content = Damaged.bytes(test.store, key);
    test.store.delete(List.of(key));

    List<Outcome> kept = repair(test.store, remembered, false);
    assertInstanceOf(Outcome.Left.class, kept.getFirst());
    assertEquals(3, manifests().size(), "nothing goes unasked");
    repair(test.store, remembered, true);

    assertEquals(List.of(other), manifests());
    assertEquals(List.of(), findings(remembered), "what is in quarantine is not gone");
    Repair repair = repairOf(test.store, List.of());
    for (RepairStep step : repair.planReturn()) {
      String why = assertInstanceOf(RepairStep.Stay.class, step).why();
      String reason = step.snapshots().equals(List.of(full.name())) ? "missing" : "a delta on";
      assertTrue(why.contains(reason), why);
    }

    Damaged.put(test.store, key, content);
    List<RepairStep> steps = repair.planReturn();
    assertEquals(
        List.of(List.of(full.name()), List.of(delta.name())),
        steps.stream().map(RepairStep::snapshots).toList());
    for (RepairStep step : steps) {
      assertInstanceOf(Outcome.Written.class, repair.perform(step));
    }
    assertEquals(List.of(), findings(remembered));
    assertEquals(3, manifests().size());
    assertEquals(List.of(), Damaged.keys(test.store, "trash/"));
  }

  @Test
  void whatIsSoundAtASecondLookOrWasReplacedStays() throws Exception {
    ObjectKey key = Damaged.chunk(test.asSource(test.store), full.data(), 1);
    byte[] right = Damaged.bytes(test.store, key);
    Damaged.flip(test.store, key);
    Repair repair = repairOf(test.store, remembered);
    List<RepairStep> steps = repair.plan(Damaged.verify(owner(test.store), remembered, 1));
    Damaged.put(test.store, key, right); // by a push of another host, meanwhile

    assertInstanceOf(Outcome.SoundNow.class, repair.perform(steps.getFirst()));

    assertEquals(List.of(), findings(remembered));
    assertEquals(List.of(), Damaged.keys(test.store, "trash/"));
  }

  /** Wherever it dies: nothing sound is lost, and what was damaged is in place or in the trash. */
  @ParameterizedTest
  @EnumSource(When.class)
  void aRepairMayDieAnywhere(When when) throws Exception {
    ObjectKey flipped = Damaged.chunk(test.asSource(test.store), full.data(), 1);
    ObjectKey slot = Damaged.keys(test.store, "keys/").getFirst();
    ObjectKey manifest = Snapshots.key(full.id());
    ObjectKey ofDelta = Snapshots.key(delta.id());
    Damaged.flip(test.store, flipped);
    Damaged.flip(test.store, slot);
    Map<ObjectKey, byte[]> damaged = Damaged.contents(test.store);
    VerifyReport report = Damaged.verify(owner(test.store), remembered, 1);
    FaultyStore counting = new FaultyStore(test.store);
    repair(counting, report, remembered, true);
    assertTrue(counting.calls() > 20, counting.calls() + " calls");
    for (int n = 1; n <= counting.calls(); n++) {
      Damaged.reset(test.store, damaged);
      String call = "call " + n + ", " + when;
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.refused());
      assertThrows(FirkinException.class, () -> repair(faulty, report, remembered, true), call);

      for (ObjectKey key : List.of(flipped, slot, manifest, ofDelta)) {
        assertTrue(isSomewhere(key, damaged.get(key)), call + ": " + key);
      }
      assertArrayEquals(otherStream, Damaged.restored(owner(test.store), other), call);

      repair(test.store, remembered, true);
      assertEquals(List.of(), findings(remembered), call);
      assertEquals(List.of(other), manifests(), call);
      for (ObjectKey key : List.of(flipped, manifest, ofDelta)) {
        assertTrue(isSomewhere(key, damaged.get(key)), call + ": " + key);
        assertFalse(test.store.head(key).isPresent(), call + ": " + key);
      }
    }
  }

  /** In its place, or in the trash. */
  private boolean isSomewhere(ObjectKey key, byte[] content) throws Exception {
    for (Map.Entry<ObjectKey, byte[]> each : Damaged.contents(test.store).entrySet()) {
      if (each.getKey().value().endsWith(key.value()) && Arrays.equals(content, each.getValue())) {
        return true;
      }
    }
    return false;
  }

  /** Does what the command does, and says what came of each step. */
  private List<Outcome> repair(ObjectStore store, List<Manifest> known, boolean quarantine)
      throws Exception {
    return repair(store, Damaged.verify(owner(store), known, 1), known, quarantine);
  }

  private List<Outcome> repair(
      ObjectStore store, VerifyReport report, List<Manifest> known, boolean quarantine)
      throws Exception {
    Repair repair = repairOf(store, known);
    List<Outcome> outcomes = new ArrayList<>();
    for (RepairStep step : repair.plan(report)) {
      if (quarantine || !(step instanceof RepairStep.Quarantine)) {
        outcomes.add(repair.perform(step));
      }
    }
    return outcomes;
  }

  private Repair repairOf(ObjectStore store, List<Manifest> known) throws Exception {
    Repository owner = owner(store);
    return new Repair(
        owner,
        owner.snapshots(ObjectCache.none()),
        known,
        new KnownRepositories(folder.resolve("source"))
            .find(owner.config().id())
            .flatMap(KnownRepository::secret),
        () -> {});
  }

  private Repository owner(ObjectStore store) throws FirkinException {
    return Damaged.withAll(test, store);
  }

  private List<Manifest> manifests() throws Exception {
    return test.asSource(test.store).snapshots(ObjectCache.none()).load().manifests();
  }

  private List<String> findings(List<Manifest> known) throws Exception {
    return Damaged.verify(owner(test.store), known, 1).findings().stream()
        .map(f -> f.key() + " " + f.kind())
        .toList();
  }

  private static ObjectKey page(Manifest manifest) {
    return Pages.key(((ChunkRun.References.Paged) manifest.data().references()).pages().getFirst());
  }
}
