package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.ContentHash;
import dev.firkin.repository.ForgottenRecords;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A record never names what is there for longer than until the next prune, and never stops naming
 * what is gone; whatever dies in between.
 */
@Timeout(300)
final class ForgottenRecordsTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Prune.Options A_WEEK = new Prune.Options(WEEK, false, false);

  @TempDir private Path folder;
  private Shelf shelf;
  private Manifest first;
  private Manifest delta;
  private Manifest other;
  private List<Manifest> all;
  private Map<ObjectKey, ByteBuffer> before;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    first = shelf.push(1, List.of(1L, 2L), Optional.empty());
    delta = shelf.push(2, List.of(7L), Optional.of(1L));
    other = shelf.push(3, List.of(1L, 9L), Optional.empty());
    all = List.of(first, delta, other);
    before = shelf.contents();
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void aForgetThatDiesNamesOnlyWhatIsGoneAndTheRestIsNamedBeforeTheTrashGoes(When when)
      throws Exception {
    FaultyStore counting = new FaultyStore(shelf.store);
    shelf.forget(counting, first);
    assertEquals(Set.of(first, delta), records().among(all));
    int halfway = 0;
    for (int n = 1; n <= counting.calls(); n++) {
      String call = "call " + n + ", " + when;
      shelf.reset(before);
      dies(n, when, f -> shelf.forget(f, first));
      assertNoVoidRecord(call);
      Set<Manifest> gone = new HashSet<>(all);
      gone.removeAll(there());
      halfway += records().among(gone).size() < gone.size() ? 1 : 0;

      shelf.prune(shelf.store, A_WEEK, all);
      shelf.clock.pass(WEEK.plusHours(1));
      shelf.prune(shelf.store, A_WEEK, all);
      assertEquals(0, shelf.count("trash/"), call);
      assertEquals(gone, records().among(all), call);
      shelf.prune(shelf.store, A_WEEK, all);
    }
    assertTrue(halfway > 2, halfway + " died between the moves and the record");
  }

  /** What a prune had on record as gone, and then did not take out of the trash, comes back. */
  @ParameterizedTest
  @EnumSource(When.class)
  void whatIsPutBackAfterAPruneThatDiedIsMissedAgain(When when) throws Exception {
    assertTrue(repository().trash().begin().move(Snapshots.key(other.id())).isPresent());
    shelf.prune(WEEK);
    shelf.clock.pass(WEEK.plusHours(1));
    before = shelf.contents();
    FaultyStore counting = new FaultyStore(shelf.store);
    shelf.prune(counting, A_WEEK, all);
    int voids = 0;
    // The rest of them lists one folder of chunks after the other.
    for (int n = counting.calls() - 40; n <= counting.calls(); n++) {
      String call = "call " + n + ", " + when;
      shelf.reset(before);
      shelf.clock.pass(WEEK.plusHours(1));
      dies(n, when, f -> shelf.prune(f, A_WEEK, all));
      if (shelf.count("trash/") == 0) {
        assertTrue(records().name(other), call);
        continue;
      }
      copyBack(other);
      voids += records().name(other) ? 1 : 0;
      shelf.prune(shelf.store, A_WEEK, all);
      assertNoVoidRecord(call);
      assertIsMissed(other);
    }
    assertTrue(voids > 0, "no void record was there to heal");
  }

  @Test
  void whatIsCopiedBackByHandIsMissedAgain() throws Exception {
    shelf.forget(shelf.store, other);
    copyBack(other);
    assertTrue(records().name(other));
    shelf.prune(shelf.store, A_WEEK, all);
    assertFalse(records().name(other));
    shelf.assertSound();
    assertIsMissed(other);
  }

  @Test
  void aTrialHealsNothing() throws Exception {
    shelf.forget(shelf.store, other);
    copyBack(other);
    Map<ObjectKey, ByteBuffer> now = shelf.contents();
    shelf.prune(shelf.store, new Prune.Options(WEEK, true, false), all);
    assertEquals(now, shelf.contents());
  }

  /** Though a record says that it was dropped by will, and one list that it is not there. */
  @Test
  void whatTheStoreHasIsNoGapInItsListForARecord() throws Exception {
    shelf.forget(shelf.store, other);
    copyBack(other);
    shelf.store.delete(shelf.keys("trash/"));
    List<Manifest> dropped = new ArrayList<>();
    DoubtException doubt =
        assertThrows(DoubtException.class, () -> prune(hiding(other), all, dropped::add));
    assertTrue(doubt.getMessage().contains("does not list it"), doubt::getMessage);
    assertTrue(doubt.getMessage().contains("v/s3"), doubt::getMessage);
    assertEquals(List.of(), dropped);
  }

  /** Else each prune would look for all that was ever forgotten. */
  @Test
  void aHostIsToldWhatItNeedNotRemember() throws Exception {
    shelf.forget(shelf.store, first);
    List<Manifest> dropped = new ArrayList<>();
    prune(shelf.store, all, dropped::add);
    assertEquals(Set.of(first, delta), Set.copyOf(dropped));
    assertEquals(2, dropped.size());
  }

  /** A quarantined one is not told of: somebody may put it back. */
  @Test
  void whatIsInQuarantineIsRemembered() throws Exception {
    assertTrue(repository().trash().begin().move(Snapshots.key(other.id())).isPresent());
    List<Manifest> dropped = new ArrayList<>();
    prune(shelf.store, all, dropped::add);
    assertEquals(List.of(), dropped);
  }

  /** The old manifest of what a repair has replaced, and that was pushed again. */
  @Test
  void whatIsThereIsNotPutOnRecordWithItsOldManifest() throws Exception {
    assertTrue(repository().trash().begin().keep(Snapshots.key(other.id())).isPresent());
    shelf.prune(WEEK);
    shelf.clock.pass(WEEK.plusHours(1));
    assertEquals(1, shelf.prune(WEEK).trash());
    assertEquals(0, shelf.count("trash/"));
    assertFalse(records().name(other));
    assertEquals(0, shelf.count("forgotten/"));
  }

  @Test
  void manyRecordsBecomeFewWithoutWhatIsThere() throws Exception {
    Repository repository = repository();
    for (int i = 0; i < 101; i++) {
      repository.forgotten().record(naming(gone(i), Forgotten.of(other)));
    }
    shelf.forget(shelf.store, first);
    assertEquals(102, shelf.count("forgotten/"));

    shelf.prune(shelf.store, A_WEEK, all);

    // That of the forget marks what is in the trash, and stays.
    assertEquals(2, shelf.count("forgotten/"));
    ForgottenRecords records = records();
    assertEquals(Set.of(first, delta), records.among(all));
    for (int i = 0; i < 101; i++) {
      assertTrue(names(records, gone(i)), "number " + i);
    }
    Map<ObjectKey, ByteBuffer> now = shelf.contents();
    shelf.prune(shelf.store, A_WEEK, all);
    assertEquals(now, shelf.contents(), "there is nothing left to merge");
  }

  @Test
  void aHundredRecordsStay() throws Exception {
    for (int i = 0; i < 100; i++) {
      repository().forgotten().record(naming(gone(i)));
    }
    Map<ObjectKey, ByteBuffer> now = shelf.contents();
    shelf.prune(shelf.store, A_WEEK, all);
    assertEquals(now, shelf.contents());
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void aMergeThatDiesLosesNothing(When when) throws Exception {
    for (int i = 0; i < 100; i++) {
      repository().forgotten().record(naming(gone(i)));
    }
    repository().forgotten().record(naming(gone(100), Forgotten.of(other)));
    before = shelf.contents();
    FaultyStore counting = new FaultyStore(shelf.store);
    tidy(counting);
    assertEquals(1, shelf.count("forgotten/"));
    int failed = 0;
    for (int n = 1; n <= counting.calls(); n++) {
      String call = "call " + n + ", " + when;
      shelf.reset(before);
      failed += dies(n, when, this::tidy) ? 1 : 0;
      ForgottenRecords records = records();
      for (int i = 0; i < 101; i++) {
        assertTrue(names(records, gone(i)), call + ": number " + i);
      }
      tidy(shelf.store);
      assertNoVoidRecord(call);
    }
    assertTrue(failed > counting.calls() / 2, failed + " of " + counting.calls());
  }

  /** Who reads without a lease beside it: what vanishes was put elsewhere before. */
  @Test
  void whoReadsWhileRecordsAreMergedMissesNone() throws Exception {
    for (int i = 0; i < 101; i++) {
      repository().forgotten().record(naming(gone(i)));
    }
    boolean[] merged = {false};
    ObjectStore merging =
        new ForwardingStore(shelf.store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            store.list(prefix, each);
            if (prefix.value().equals("forgotten/") && !merged[0]) {
              merged[0] = true;
              try {
                tidy(shelf.store);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    ForgottenRecords records = shelf.test.asSource(merging).forgotten().read();
    assertEquals(1, shelf.count("forgotten/"));
    for (int i = 0; i < 101; i++) {
      assertTrue(names(records, gone(i)), "number " + i);
    }
  }

  /** A reader takes no record that is longer than so many bytes. */
  @Test
  void whatIsTooMuchForOneRecordIsPutIntoMany() throws Exception {
    Repository repository = repository();
    List<Forgotten> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add(gone(i));
    }
    Trash.Run run = repository.trash().begin();
    repository.forgotten().record(run, Forgetting.by("test-host").naming(many));
    assertEquals(3, shelf.count("forgotten/"));
    ForgottenRecords records = records();
    assertTrue(records.runs().contains(run.name()));
    assertTrue(records.names(run.name(), many.getFirst().id()));
    for (Forgotten each : List.of(many.getFirst(), many.get(8_000), many.getLast())) {
      assertTrue(names(records, each));
    }
  }

  /** Of a snapshot that was never there. */
  private Forgotten gone(int number) throws Exception {
    Manifest like = other;
    byte[] identity = {(byte) number, (byte) (number >> 8), 1};
    return new Forgotten(
        new SnapshotId(ContentHash.plain(new byte[0]).of(identity)),
        like.name(),
        like.source().committedAt());
  }

  private static Forgetting naming(Forgotten... snapshots) {
    return Forgetting.by("test-host").naming(List.of(snapshots));
  }

  private static boolean names(ForgottenRecords records, Forgotten forgotten) {
    return records.runs().stream().anyMatch(run -> records.names(run, forgotten.id()));
  }

  private void tidy(ObjectStore through) throws Exception {
    ForgottenRecords records = records();
    shelf
        .test
        .asSource(through)
        .forgotten()
        .tidy(records, Set.of(other.id()), Set.of(), Forgetting.by("test-host"), () -> {});
  }

  private void assertNoVoidRecord(String message) throws Exception {
    assertEquals(Set.of(), records().among(there()), message);
  }

  /** Once it is really gone. */
  private void assertIsMissed(Manifest manifest) throws Exception {
    shelf.store.delete(List.of(Snapshots.key(manifest.id())));
    shelf.store.delete(shelf.keys("trash/"));
    DoubtException doubt =
        assertThrows(DoubtException.class, () -> shelf.prune(shelf.store, A_WEEK, all));
    assertTrue(doubt.getMessage().contains(manifest.name().toString()), doubt::getMessage);
    assertTrue(doubt.hint().orElseThrow().contains("--accept-gone"));
  }

  private void copyBack(Manifest manifest) throws Exception {
    ObjectKey key = Snapshots.key(manifest.id());
    ObjectKey copy =
        shelf.keys("trash/").stream()
            .filter(k -> k.value().endsWith("/" + key))
            .findFirst()
            .orElseThrow();
    shelf.store.put(key, shelf.store.get(copy, 1 << 24).body(), PutCondition.always());
  }

  private ObjectStore hiding(Manifest manifest) {
    return new ForwardingStore(shelf.store) {
      @Override
      public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
        store.list(
            prefix,
            info -> {
              if (!info.key().equals(Snapshots.key(manifest.id()))) {
                each.accept(info);
              }
            });
      }
    };
  }

  private void prune(ObjectStore through, List<Manifest> remembered, Consumer<Manifest> forgotten)
      throws Exception {
    Repository repository = shelf.test.asSource(through);
    try (Lease lease = shelf.lease(repository, LeaseMode.EXCLUSIVE)) {
      new Prune(
              repository,
              repository.snapshots(ObjectCache.none()),
              remembered,
              forgotten,
              lease,
              A_WEEK,
              new PruneProgress())
          .run();
    }
  }

  @FunctionalInterface
  private interface Doing {
    void by(ObjectStore store) throws Exception;
  }

  private boolean dies(int n, When when, Doing doing) throws Exception {
    boolean died = false;
    try {
      doing.by(new FaultyStore(shelf.store).failCall(n, when, Failure.refused()));
    } catch (FirkinException e) {
      died = true;
    }
    shelf.store.delete(shelf.keys("leases/"));
    return died;
  }

  private List<Manifest> there() throws Exception {
    return shelf.snapshots().load().manifests();
  }

  private Repository repository() throws Exception {
    return shelf.test.asSource(shelf.store);
  }

  private ForgottenRecords records() throws Exception {
    return repository().forgotten().read();
  }
}
