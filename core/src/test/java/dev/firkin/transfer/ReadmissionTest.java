package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.transfer.RepairStep.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A snapshot in quarantine, some of whose chunks were stored anew since. */
@Timeout(120)
class ReadmissionTest {
  @TempDir Path folder;
  private TestRepository test;
  private byte[] stream;
  private Manifest manifest;
  private ChunkRef lost;
  private byte[] lostPlaintext;

  @BeforeEach
  void quarantine() throws Exception {
    test = TestRepository.encrypted(folder);
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 6_000_000; i++) {
      text.append(Integer.toString(i * 7919 % 10_007, 7)).append(" is not ").append(i).append('\n');
    }
    stream = text.toString().getBytes(StandardCharsets.US_ASCII);
    manifest = Damaged.push(test.asSource(test.store), TestStreams.request("v/text"), stream);
    lost = Damaged.refs(test.asSource(test.store), manifest.data()).get(2);
    lostPlaintext = owner(test.store).chunks().read(lost);
    test.store.delete(List.of(Chunks.key(lost.id())));
    Repository owner = owner(test.store);
    Repair repair = repair(owner);
    for (RepairStep step : repair.plan(Damaged.verify(owner, List.of(), 0))) {
      var _ = repair.perform(step);
    }
    assertEquals(List.of(), manifests());
  }

  /** As a push at another level stores it. */
  private void storeAnew() throws Exception {
    ChunkRef anew =
        test.asSource(test.store)
            .compressing(15)
            .chunks()
            .replace(lost.id(), lostPlaintext, OptionalInt.empty());
    assertNotEquals(lost.storedBytes(), anew.storedBytes());
  }

  @Test
  void whoCanReadPutsItBackWithTheLengthsOfNow() throws Exception {
    storeAnew();
    byte[] old = Damaged.bytes(test.store, Damaged.keys(test.store, "trash/").getFirst());

    assertInstanceOf(Outcome.Written.class, putBack(test.store));

    // Who has no identity has nothing to complain of.
    VerifyReport blind = Damaged.verify(test.asSource(test.store), List.of(), 0);
    assertEquals(List.of(), blind.findings());
    assertEquals(1, blind.snapshots());
    assertEquals(List.of(), Damaged.verify(owner(test.store), List.of(), 1).findings());
    assertArrayEquals(stream, Damaged.restored(owner(test.store), manifests().getFirst()));
    List<ObjectKey> trash = Damaged.keys(test.store, "trash/");
    assertEquals(1, trash.size(), "the old manifest");
    assertArrayEquals(old, Damaged.bytes(test.store, trash.getFirst()));
    assertNotEquals(
        old.length, Damaged.bytes(test.store, Snapshots.key(manifest.id())).length, "for caches");
    assertEquals(List.of(), repair(owner(test.store)).planReturn());
  }

  @Test
  void whoCannotIsToldThatAnIdentityWould() throws Exception {
    storeAnew();

    RepairStep.Stay stay = stays(test.asSource(test.store));

    assertTrue(stay.why().contains("--identity-file"), stay.why());
    assertTrue(stay.why().contains(": 1, such as " + Chunks.key(lost.id())), stay.why());
    assertEquals(List.of(), manifests());
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    RepairStep.Stay stay = stays(owner(test.store));
    assertEquals("chunks that are missing: 1, such as " + Chunks.key(lost.id()), stay.why());
  }

  @Test
  void anotherLengthMayBeDamage() throws Exception {
    Damaged.put(test.store, Chunks.key(lost.id()), new byte[] {1, 2, 3});
    RepairStep.Stay stay = stays(owner(test.store));
    assertEquals("chunks that are damaged: 1, such as " + Chunks.key(lost.id()), stay.why());
  }

  /** Whoever can read does, before anything comes back. */
  @Test
  void theRightLengthMayBeDamageToo() throws Exception {
    Damaged.put(test.store, Chunks.key(lost.id()), new byte[lost.storedBytes()]);
    RepairStep.Stay stay = stays(owner(test.store));
    assertEquals("chunks that are damaged: 1, such as " + Chunks.key(lost.id()), stay.why());
  }

  /** The snapshot is in quarantine or back, and the same command ends what was begun. */
  @ParameterizedTest
  @EnumSource(When.class)
  void itMayDieAnywhere(When when) throws Exception {
    storeAnew();
    Map<ObjectKey, byte[]> before = Damaged.contents(test.store);
    FaultyStore counting = new FaultyStore(test.store);
    var _ = putBack(counting);
    assertTrue(counting.calls() > 5, counting.calls() + " calls");
    int failed = 0;
    for (int n = 1; n <= counting.calls(); n++) {
      Damaged.reset(test.store, before);
      String call = "call " + n + ", " + when;
      failed += fails(new FaultyStore(test.store).failCall(n, when, Failure.refused())) ? 1 : 0;
      assertEquals(1, Damaged.keys(test.store, "trash/").size(), call);

      if (manifests().isEmpty()) {
        assertInstanceOf(Outcome.Written.class, putBack(test.store), call);
      }
      assertEquals(
          List.of(), Damaged.verify(test.asSource(test.store), List.of(), 0).findings(), call);
    }
    // Two looks at what is not there have no effect to fail after.
    assertTrue(failed >= counting.calls() - 2, failed + " of " + counting.calls());
  }

  private boolean fails(ObjectStore store) throws Exception {
    try {
      var _ = putBack(store);
      return false;
    } catch (FirkinException e) {
      return true;
    }
  }

  private Outcome putBack(ObjectStore store) throws Exception {
    Repair repair = repair(owner(store));
    List<RepairStep> steps = repair.planReturn();
    assertEquals(1, steps.size(), steps::toString);
    return repair.perform(assertInstanceOf(RepairStep.PutBack.class, steps.getFirst()));
  }

  private static RepairStep.Stay stays(Repository repository) throws Exception {
    List<RepairStep> steps = repair(repository).planReturn();
    assertEquals(1, steps.size(), steps::toString);
    return assertInstanceOf(RepairStep.Stay.class, steps.getFirst());
  }

  private static Repair repair(Repository repository) {
    return new Repair(
        repository,
        repository.snapshots(ObjectCache.none()),
        List.of(),
        Optional.empty(),
        () -> {});
  }

  private Repository owner(ObjectStore store) throws FirkinException {
    return Damaged.withAll(test, store);
  }

  private List<Manifest> manifests() throws Exception {
    return test.asSource(test.store).snapshots(ObjectCache.none()).load().manifests();
  }
}
