package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.KeepTag;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.transfer.MemoryProducer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.TestLeases;
import dev.firkin.transfer.TestStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class PruneTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Prune.Options A_WEEK = new Prune.Options(WEEK, false, false);
  private static final Prune.Options AT_ONCE = new Prune.Options(Duration.ZERO, false, false);

  @TempDir private Path folder;
  private Shelf shelf;
  private Manifest first;
  private Manifest second;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    first = shelf.push(1, List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), Optional.empty());
    second = shelf.push(2, List.of(1L, 2L, 3L, 4L, 15L, 16L, 17L, 18L), Optional.empty());
  }

  @Test
  void whatIsNeededStaysHoweverOftenItIsPruned() throws Exception {
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    for (int week = 0; week < 4; week++) {
      PruneReport report = shelf.prune(WEEK);
      assertTrue(report.deleted().isEmpty() && report.waiting().isEmpty(), report::toString);
      assertEquals(2, report.snapshots());
      shelf.clock.pass(WEEK);
    }
    assertEquals(before, shelf.contents());
  }

  @Test
  void whatWasForgottenGoesAfterTwoLooksAGracePeriodApart() throws Exception {
    shelf.forget(shelf.store, first);
    int chunks = shelf.count("chunks/");

    PruneReport now = shelf.prune(WEEK);
    assertTrue(now.deleted().isEmpty());
    assertFalse(now.condemned().isEmpty());
    assertEquals(now.condemned(), now.waiting());

    shelf.clock.pass(WEEK.minusHours(1));
    PruneReport tooSoon = shelf.prune(WEEK);
    assertTrue(tooSoon.deleted().isEmpty());
    assertTrue(tooSoon.condemned().isEmpty());
    assertEquals(now.waiting(), tooSoon.waiting());

    shelf.clock.pass(Duration.ofHours(2));
    PruneReport then = shelf.prune(WEEK);
    assertEquals(now.waiting(), then.deleted());
    assertTrue(then.waiting().isEmpty());
    assertEquals(chunks - then.deleted().chunks(), shelf.count("chunks/"));
    assertEquals(0, shelf.count("condemned/"));
    assertEquals(0, shelf.count("trash/"));
    assertEquals(List.of("v/s2"), shelf.names());
    assertEquals(0, shelf.assertSound().leftovers().orElseThrow().chunks());
  }

  @Test
  void withoutAGracePeriodItGoesAtOnce() throws Exception {
    shelf.forget(shelf.store, first);
    PruneReport report = shelf.prune(shelf.store, AT_ONCE, List.of());
    assertFalse(report.deleted().isEmpty());
    assertEquals(0, shelf.count("trash/"));
    assertEquals(0, shelf.assertSound().leftovers().orElseThrow().chunks());
  }

  /** As a person does who regrets it. */
  @Test
  void whatWasForgottenCanBePutBackWithinTheGracePeriod() throws Exception {
    shelf.forget(shelf.store, first);
    shelf.prune(WEEK);
    shelf.clock.pass(WEEK.minusHours(1));
    shelf.prune(WEEK);
    ObjectKey thrown = shelf.keys("trash/").getFirst();
    shelf.store.put(
        Snapshots.key(first.id()),
        shelf.store.get(thrown, 1 << 20).body(),
        PutCondition.ifAbsent());
    shelf.clock.pass(WEEK);
    PruneReport report = shelf.prune(WEEK);
    assertTrue(report.deleted().isEmpty(), report::toString);
    assertEquals(List.of("v/s1", "v/s2"), shelf.names());
    shelf.assertSound();
  }

  /** Nobody knows what it would bring back; a disk may read it tomorrow. */
  @Test
  void whatCannotBeReadInTheTrashIsADoubt() throws Exception {
    shelf.forget(shelf.store, first);
    ObjectStore store =
        new ForwardingStore(shelf.store) {
          @Override
          public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
            if (key.value().startsWith("trash/")) {
              throw ObjectDamagedException.unreadable(
                  location(), key, "Input/output error", new IOException("as the disk says"));
            }
            return store.get(key, maxBytes);
          }
        };
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    assertThrows(DoubtException.class, () -> shelf.prune(store, A_WEEK, List.of()));
    assertEquals(before, shelf.contents());
    assertFalse(shelf.prune(shelf.store, A_WEEK, List.of()).condemned().isEmpty());
  }

  /** Condemned once, then named, then forgotten: it has its whole grace period again. */
  @Test
  void anOldCondemnationDoesNotShortenTheTimeToRegret() throws Exception {
    shelf.forget(shelf.store, first);
    shelf.prune(WEEK);
    shelf.clock.pass(WEEK.minusHours(1));
    Manifest again = shelf.push(3, List.of(5L, 6L, 7L, 8L), Optional.empty());
    shelf.forget(shelf.store, again);
    shelf.clock.pass(Duration.ofHours(2));
    PruneReport report = shelf.prune(WEEK);
    assertTrue(report.waiting().chunks() >= again.chunks() - 1, report::toString);
    ObjectKey thrown = shelf.keys("trash/").getLast();
    shelf.store.put(
        Snapshots.key(again.id()),
        shelf.store.get(thrown, 1 << 20).body(),
        PutCondition.ifAbsent());
    shelf.assertSound();
  }

  /** A look in between has seen that it was needed again. */
  @Test
  void whatWasNamedAgainIsCondemnedAnew() throws Exception {
    shelf.forget(shelf.store, first, second);
    PruneReport once = shelf.prune(WEEK);
    shelf.clock.pass(Duration.ofDays(1));
    Manifest again = shelf.push(1, List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), Optional.empty());
    PruneReport needed = shelf.prune(WEEK);
    long named = once.waiting().chunks() - needed.waiting().chunks();
    assertTrue(named > 0 && needed.waiting().chunks() > 0, needed::toString);
    assertTrue(needed.condemned().isEmpty(), needed::toString);
    shelf.forget(shelf.store, again);

    shelf.clock.pass(WEEK.plusHours(1));
    PruneReport anew = shelf.prune(WEEK);
    // What was garbage all the time has waited for long enough; its age was not lost.
    assertEquals(needed.waiting(), anew.deleted());
    assertEquals(named, anew.condemned().chunks());
    assertEquals(named, shelf.count("chunks/"));

    shelf.clock.pass(WEEK.plusHours(1));
    assertEquals(anew.waiting(), shelf.prune(WEEK).deleted());
    assertEquals(0, shelf.count("condemned/"));
    assertEquals(0, shelf.count("chunks/"));
  }

  @Test
  void whatADeadPushLeftGoesToo() throws Exception {
    byte[] stream =
        TestStreams.of(9, List.of(91L, 92L, 93L, 94L, 95L, 96L, 97L, 98L), Optional.empty());
    pushCut(stream);
    assertEquals(1, shelf.count("uploads/"));
    PruneReport whileItMayComeBack = shelf.prune(shelf.store, AT_ONCE, List.of());
    assertTrue(whileItMayComeBack.deleted().isEmpty(), whileItMayComeBack::toString);
    assertEquals(0, whileItMayComeBack.uploads());

    shelf.clock.pass(Duration.ofDays(91));
    PruneReport abandoned = shelf.prune(shelf.store, AT_ONCE, List.of());
    assertEquals(1, abandoned.uploads());
    assertFalse(abandoned.deleted().isEmpty());
    assertEquals(0, shelf.count("uploads/"));
    assertEquals(0, shelf.assertSound().leftovers().orElseThrow().chunks());
  }

  @Test
  void aTrialChangesNothingAndSaysTheSame() throws Exception {
    shelf.forget(shelf.store, first);
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    PruneReport trial =
        shelf.prune(shelf.store, new Prune.Options(Duration.ZERO, true, false), List.of());
    assertEquals(before, shelf.contents());
    assertEquals(trial, shelf.prune(shelf.store, AT_ONCE, List.of()));
  }

  @Test
  void aManifestThatCannotBeReadStopsIt() throws Exception {
    shelf.forget(shelf.store, first);
    flip(Snapshots.key(second.id()));
    assertDoubt(shelf.store, List.of());
  }

  @Test
  void aPageThatIsMissingStopsIt() throws Exception {
    List<Long> many = LongStream.range(1000, 1450).boxed().toList();
    shelf.push(5, many, Optional.empty());
    shelf.forget(shelf.store, first);
    assertTrue(shelf.count("pages/") > 0, "no pages: nothing tested");
    shelf.store.delete(List.of(shelf.keys("pages/").getFirst()));
    assertDoubt(shelf.store, List.of());
  }

  @Test
  void aCheckpointThatCannotBeReadStopsIt() throws Exception {
    shelf.forget(shelf.store, first);
    pushCut(TestStreams.of(9, List.of(91L, 92L, 93L, 94L, 95L, 96L, 97L, 98L), Optional.empty()));
    flip(shelf.keys("uploads/").getFirst());
    assertDoubt(shelf.store, List.of());
  }

  @Test
  void aSnapshotThatThisHostHasSeenAndIsNotListedStopsIt() throws Exception {
    ObjectStore hides =
        new ForwardingStore(shelf.store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            store.list(
                prefix,
                info -> {
                  if (!info.key().equals(Snapshots.key(first.id()))) {
                    each.accept(info);
                  }
                });
          }
        };
    assertDoubt(hides, List.of(first, second));
  }

  @Test
  void whatWasForgottenIsNoDoubtThoughThisHostHasSeenIt() throws Exception {
    shelf.forget(shelf.store, first);
    assertFalse(shelf.prune(shelf.store, AT_ONCE, List.of(first, second)).deleted().isEmpty());
    // Its manifest is in the trash no more; the record is.
    shelf.prune(shelf.store, AT_ONCE, List.of(first, second));
  }

  @Test
  void aDeltaWhoseParentIsNotListedStopsItUnlessThatIsMeant() throws Exception {
    shelf.push(3, List.of(31L), Optional.of(77L));
    shelf.forget(shelf.store, first);
    assertDoubt(shelf.store, List.of());
    PruneReport report =
        shelf.prune(shelf.store, new Prune.Options(Duration.ZERO, false, true), List.of());
    assertFalse(report.deleted().isEmpty());
  }

  @Test
  void aListThatFailsStopsIt() throws Exception {
    shelf.forget(shelf.store, first);
    for (String folder : List.of("snapshots/", "uploads/", "condemned/", "trash/", "chunks/00/")) {
      Map<ObjectKey, ByteBuffer> before = shelf.contents();
      ObjectStore fails =
          new ForwardingStore(shelf.store) {
            @Override
            public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
              store.list(prefix, each);
              if (prefix.value().equals(folder)) {
                throw new StoreException(location(), null, "broke off", null, null);
              }
            }
          };
      assertThrows(StoreException.class, () -> shelf.prune(fails, AT_ONCE, List.of()), folder);
      assertEquals(before, shelf.contents(), folder);
    }
  }

  @Test
  void whoLostTheLeaseDeletesNothingMore() throws Exception {
    shelf.forget(shelf.store, first);
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    ObjectStore taken =
        new ForwardingStore(shelf.store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            store.list(prefix, each);
            if (prefix.value().equals("pages/")) {
              store.delete(shelf.keys("leases/"));
            }
          }
        };
    assertThrows(LeaseLostException.class, () -> shelf.prune(taken, AT_ONCE, List.of()));
    assertEquals(before, shelf.contents());
  }

  /** A host that sleeps in the middle of many deletions, which go one after the other. */
  @Test
  void whoseLeaseIsLostAmongManyDeletionsStopsSoon() throws Exception {
    for (long seed = 10; seed < 30; seed++) {
      Manifest made =
          shelf.push(
              seed,
              LongStream.range(100 * seed, 100 * seed + 12).boxed().toList(),
              Optional.empty());
      shelf.forget(shelf.store, made);
    }
    AtomicInteger afterwards = new AtomicInteger();
    ObjectStore sleeps =
        new ForwardingStore(shelf.store) {
          @Override
          public void deleteOnce(Collection<ObjectKey> keys) throws StoreException {
            if (keys.stream().anyMatch(key -> key.value().startsWith("chunks/"))) {
              store.delete(shelf.keys("leases/"));
              afterwards.addAndGet(keys.size());
            }
            store.deleteOnce(keys);
          }
        };
    int there = shelf.count("chunks/");
    assertThrows(LeaseLostException.class, () -> shelf.prune(sleeps, AT_ONCE, List.of()));
    assertEquals(GuardedDeletion.ONE_BY_ONE_BATCH, afterwards.get());
    assertEquals(there - afterwards.get(), shelf.count("chunks/"));
  }

  @Test
  void whatIsMarkedLosesItsMarkWithTheSnapshot() throws Exception {
    shelf
        .test
        .asSource(shelf.store)
        .keepTags()
        .add(new KeepTag(first.id(), "test-host", Instant.EPOCH));
    assertEquals(1, shelf.count("keep/"));
    shelf.forget(shelf.store, first);
    assertEquals(0, shelf.count("keep/"));
  }

  private void assertDoubt(ObjectStore through, Collection<Manifest> remembered) throws Exception {
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    for (Prune.Options options : List.of(A_WEEK, AT_ONCE)) {
      assertThrows(
          DoubtException.class, () -> shelf.prune(through, options, List.copyOf(remembered)));
    }
    assertEquals(before, shelf.contents());
  }

  private void pushCut(byte[] stream) {
    assertThrows(
        FirkinException.class,
        () ->
            TestLeases.push(
                shelf.test.asSource(shelf.store),
                2,
                Shelf.request(9),
                new MemoryProducer(stream, stream.length - 100),
                Push.Start.FROM_CHECKPOINT));
  }

  private void flip(ObjectKey key) throws Exception {
    ByteBuffer body = shelf.store.get(key, 1 << 24).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    bytes[bytes.length / 2] ^= 1;
    shelf.store.put(key, ByteBuffer.wrap(bytes), PutCondition.always());
  }
}
