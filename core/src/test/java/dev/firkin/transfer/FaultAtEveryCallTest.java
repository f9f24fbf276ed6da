package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.decorator.RetryingStore;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A small push in which the n-th call to the store fails, for every n, before its effect or after:
 * what follows gives the bytes that went in, and a repository that is sound.
 */
@Timeout(300)
class FaultAtEveryCallTest {
  private static final long SEED = 5;

  @TempDir Path folder;
  private TestRepository test;
  private byte[] stream;

  @AfterAll
  static void printFigure() {
    FaultyStore.printInjected();
  }

  @BeforeEach
  void make() throws Exception {
    test = TestRepository.encrypted(folder);
    stream = TestStreams.full(SEED, 1_000_000);
  }

  /** The program ends there, and is started again. */
  @ParameterizedTest
  @EnumSource(When.class)
  void thePushAfterItIsWhole(When when) throws Exception {
    // How many there are goes by the ids, and by which of two chunks is asked for first.
    int calls = 0;
    int failed = 0;
    boolean met;
    do {
      empty();
      int n = calls + 1;
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.refused());
      failed += pushFails(faulty) ? 1 : 0;
      met = n <= faulty.calls();
      calls += met ? 1 : 0;

      Manifest manifest = push(test.store);

      assertSound(manifest, "call " + n + ", " + when);
    } while (met);
    assertTrue(calls > 20, calls + " calls");
    // The last calls clean up, and a push whose snapshot is stored does not fail for that.
    assertTrue(failed >= calls - 5, failed + " of " + calls + " failed");
  }

  /** The same push goes on, as it does in an outage. */
  @ParameterizedTest
  @EnumSource(When.class)
  void aRetryIsNotNoticed(When when) throws Exception {
    int calls = callsOfOnePush();
    Set<ObjectKey> expected = keys();
    for (int n = 1; n <= calls; n++) {
      empty();
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.unavailable());
      try (RetryingStore retrying = faulty.askedAgain()) {
        assertSound(push(retrying), "call " + n + ", " + when);
      }
      assertEquals(expected, keys(), "call " + n + ", " + when);
    }
  }

  /** Every second call fails: whatever can go wrong together does. */
  @Test
  void manyFaultsAreOnlySlow() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      empty();
      FaultyStore faulty = new FaultyStore(test.store, seed).failRandomly(0.5);
      try (RetryingStore retrying = faulty.askedAgain()) {
        assertSound(push(retrying), "seed " + seed);
      }
    }
  }

  /** Faults while the repository is read are errors, never other bytes. */
  @ParameterizedTest
  @EnumSource(When.class)
  void aRestoreGivesTheBytesOrFails(When when) throws Exception {
    Manifest manifest = push(test.store);
    FaultyStore counting = new FaultyStore(test.store);
    assertArrayEquals(stream, restored(counting, manifest));
    for (int n = 1; n <= counting.calls(); n++) {
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.unavailable());
      try (RetryingStore retrying = faulty.askedAgain()) {
        assertArrayEquals(stream, restored(retrying, manifest));
      }
      FaultyStore fatal = new FaultyStore(test.store).failCall(n, when, Failure.refused());
      assertThrows(FirkinException.class, () -> restored(fatal, manifest));
    }
  }

  /** With pages, a checkpoint that is adopted, and one that takes its place. */
  @ParameterizedTest
  @EnumSource(When.class)
  void aResumeThatFailsIsResumed(When when) throws Exception {
    test = TestRepository.plain(folder.resolve("plain"));
    stream = TestStreams.full(SEED, 6_000_000);
    cutOff(test.store, stream.length * 8 / 10);
    Map<ObjectKey, ByteBuffer> before = contents();
    FaultyStore counting = new FaultyStore(test.store);
    push(counting);
    for (int n = 1; n <= counting.calls(); n++) {
      empty();
      for (Map.Entry<ObjectKey, ByteBuffer> object : before.entrySet()) {
        test.store.put(object.getKey(), object.getValue().duplicate(), PutCondition.always());
      }
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.refused());
      // Every other time the second run comes no further than some calls more, either.
      if (n % 2 == 0) {
        cutOff(faulty, stream.length * 9 / 10);
      } else {
        var _ = pushFails(faulty);
      }
      assertSound(push(test.store), "call " + n + ", " + when);
    }
  }

  private void cutOff(ObjectStore store, int bytes) throws Exception {
    MemoryProducer cut = new MemoryProducer(stream, bytes);
    assertThrows(FirkinException.class, () -> push(store, cut));
  }

  private Map<ObjectKey, ByteBuffer> contents() throws Exception {
    Map<ObjectKey, ByteBuffer> contents = new TreeMap<>();
    for (ObjectKey key : keys()) {
      contents.put(key, test.store.get(key, 1 << 24).body());
    }
    return contents;
  }

  private int callsOfOnePush() throws Exception {
    FaultyStore counting = new FaultyStore(test.store);
    push(counting);
    return counting.calls();
  }

  private boolean pushFails(ObjectStore store) throws InterruptedException {
    try {
      push(store);
      return false;
    } catch (FirkinException e) {
      return true;
    }
  }

  private Manifest push(ObjectStore store) throws FirkinException, InterruptedException {
    return push(store, new MemoryProducer(stream));
  }

  private Manifest push(ObjectStore store, MemoryProducer producer)
      throws FirkinException, InterruptedException {
    Repository source = test.asSource(store);
    return TestLeases.push(
            source, 3, TestStreams.requestFor(SEED), producer, Push.Start.FROM_CHECKPOINT)
        .manifest();
  }

  private byte[] restored(ObjectStore store, Manifest manifest) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamRestore(test.asOwner(store), 3, new RestoreProgress()).write(manifest, out);
    return out.toByteArray();
  }

  private void assertSound(Manifest manifest, String after) throws Exception {
    assertArrayEquals(stream, restored(test.store, manifest), after);
    Repository owner = test.asOwner(test.store);
    VerifyReport report =
        new Verify(
                owner, owner.snapshots(ObjectCache.none()), List.of(), 3, 1, new RestoreProgress())
            .run();
    assertEquals(List.of(), report.findings(), after);
    assertEquals(1, report.snapshots(), after);
    assertEquals(new Leftovers(0, 0, 0, 0), report.leftovers().orElseThrow(), after);
  }

  private void empty() throws Exception {
    for (String prefix : List.of("snapshots/", "pages/", "uploads/", "chunks/", "leases/")) {
      test.store.delete(keys(prefix));
    }
  }

  private Set<ObjectKey> keys() {
    Set<ObjectKey> keys = new TreeSet<>();
    for (String prefix : List.of("snapshots/", "pages/", "uploads/", "chunks/", "leases/")) {
      keys.addAll(keys(prefix));
    }
    return keys;
  }

  private List<ObjectKey> keys(String prefix) {
    List<ObjectInfo> found = new ArrayList<>();
    test.store.list(KeyPrefix.of(prefix), found::add);
    return found.stream().map(ObjectInfo::key).toList();
  }
}
