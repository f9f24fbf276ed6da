package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a forget asks before it believes its plan, and what a prune keeps of what was forgotten. */
@Timeout(60)
final class ForgetTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Prune.Options A_WEEK = new Prune.Options(WEEK, false, false);

  @TempDir private Path folder;
  private Shelf shelf;
  private Manifest first;
  private Manifest second;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    first = shelf.push(1, List.of(1L, 2L), Optional.empty());
    second = shelf.push(2, List.of(1L, 3L), Optional.empty());
  }

  /** All would be old by a clock that is years ahead, and all of the future by one behind. */
  @ParameterizedTest
  @ValueSource(longs = {25, 24 * 365 * 30, -25})
  void aClockThatIsNotTheStoresStopsIt(long hoursAhead) throws Exception {
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    Instant now = shelf.clock.instant().plus(Duration.ofHours(hoursAhead));
    DoubtException doubt =
        assertThrows(DoubtException.class, () -> forget(shelf.store, List.of(), now));
    assertTrue(doubt.getMessage().contains("clock"), doubt::getMessage);
    assertEquals(before, shelf.contents());
  }

  @Test
  void aClockThatIsAFewHoursOffIsBelieved() throws Exception {
    forget(shelf.store, List.of(), shelf.clock.instant().plus(Duration.ofHours(23)));
    assertEquals(List.of("v/s2"), shelf.names());
  }

  /** Its newest may be what the list lacks, and the plan would keep another for that. */
  @Test
  void aSnapshotThatThisHostHasSeenAndIsNotListedStopsIt() throws Exception {
    ObjectStore hides =
        new ForwardingStore(shelf.store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            store.list(
                prefix,
                info -> {
                  if (!info.key().equals(Snapshots.key(second.id()))) {
                    each.accept(info);
                  }
                });
          }
        };
    Map<ObjectKey, ByteBuffer> before = shelf.contents();
    DoubtException doubt =
        assertThrows(
            DoubtException.class,
            () -> forget(hides, List.of(first, second), shelf.clock.instant()));
    assertTrue(doubt.getMessage().contains("v/s2"), doubt::getMessage);
    assertEquals(before, shelf.contents());
  }

  /** With the trash goes the last that tells it from a snapshot that is lost. */
  @Test
  void whatAPruneTakesOfQuarantineIsOnRecord() throws Exception {
    Repository repository = shelf.test.asSource(shelf.store);
    assertTrue(repository.trash().begin().move(Snapshots.key(first.id())).isPresent());
    List<Manifest> remembered = List.of(first, second);
    shelf.prune(shelf.store, A_WEEK, remembered);
    shelf.clock.pass(WEEK.plusHours(1));
    assertEquals(1, shelf.prune(shelf.store, A_WEEK, remembered).trash());
    assertEquals(0, shelf.count("trash/"));

    assertEquals(1, shelf.count("forgotten/"));
    // Neither a prune nor a forget of a host that has seen it takes it for lost.
    shelf.prune(shelf.store, A_WEEK, remembered);
    forget(shelf.store, remembered, shelf.clock.instant());
  }

  private void forget(ObjectStore through, List<Manifest> remembered, Instant now)
      throws Exception {
    Repository repository = shelf.test.asSource(through);
    Snapshots snapshots = repository.snapshots(ObjectCache.none());
    try (Lease lease = shelf.lease(repository, LeaseMode.EXCLUSIVE)) {
      ForgetPlan plan =
          ForgetPlan.of(snapshots.load().manifests().stream().limit(1).toList(), snapshots.load());
      new Forget(repository, snapshots, lease).run(plan, remembered, "test-host", now, m -> {});
    }
  }
}
