package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.LockingStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is locked stays, what is kept is locked for longer, and nothing else is. */
@Timeout(120)
final class LockTest {
  private static final Duration MONTH = Duration.ofDays(30);
  private static final ObjectLock LOCK = new ObjectLock(ObjectLock.Mode.GOVERNANCE, MONTH);
  private static final ObjectKey CONFIG = ObjectKey.of("firkin.json");
  private static final Prune.Options AT_ONCE = new Prune.Options(Duration.ZERO, false, false);
  private static final Prune.Options A_WEEK = new Prune.Options(Duration.ofDays(7), false, false);

  @TempDir private Path folder;
  private Shelf shelf;
  private LockingStore locking;
  private Manifest first;
  private Manifest second;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    locking = new LockingStore(shelf.store, shelf.clock, LOCK);
    first = shelf.push(locking, 1, List.of(1L, 2L, 3L, 4L), Optional.empty());
    second = shelf.push(locking, 2, List.of(1L, 2L, 13L, 14L), Optional.empty());
  }

  private PruneReport prune(Prune.Options options) throws Exception {
    return shelf.prune(locking, options, List.of());
  }

  @Test
  void garbageThatIsLockedIsLeftAndToldOfUntilTheLockEnds() throws Exception {
    shelf.forget(locking, first);
    int before = shelf.count("chunks/");

    PruneReport now = prune(AT_ONCE);

    assertTrue(now.deleted().isEmpty(), now::toString);
    assertFalse(now.locked().isEmpty(), now::toString);
    assertEquals(now.waiting(), now.locked());
    assertEquals(Optional.of(start().plus(MONTH)), now.lockedUntil().map(LockTest::minute));
    assertEquals(before, shelf.count("chunks/"));
    assertEquals(List.of(Snapshots.key(first.id())), locking.hidden());

    shelf.clock.pass(MONTH.plusDays(1));
    PruneReport later = prune(AT_ONCE);

    assertEquals(now.locked(), later.deleted());
    assertEquals(Optional.empty(), later.lockedUntil());
    assertEquals(before - now.locked().chunks(), shelf.count("chunks/"));
    shelf.assertSound();
  }

  @Test
  void whatWasLockedWhenItsGracePeriodEndedGoesWithALaterPrune() throws Exception {
    shelf.forget(locking, first);
    int pruned = 0;
    long deleted = 0;
    for (; pruned < 8 && deleted == 0; pruned++) {
      PruneReport report = prune(A_WEEK);
      deleted = report.deleted().chunks();
      assertEquals(deleted == 0, shelf.clock.instant().isBefore(start().plus(MONTH)), "" + pruned);
      shelf.clock.pass(Duration.ofDays(7).plusHours(1));
    }
    assertTrue(deleted > 0);
    assertEquals(List.of(Snapshots.key(first.id())), locking.hidden());
    shelf.assertSound();
  }

  @Test
  void whereNothingLocksNobodyIsAskedForLocks() throws Exception {
    shelf.forget(locking, first);
    locking.saying(ObjectLocks.State.DISABLED);

    assertFalse(prune(AT_ONCE).deleted().isEmpty());
    assertEquals(0, locking.questions());
  }

  @Test
  void aRoundIsDueWhenLessThanHalfOfThePeriodIsLeft() throws Exception {
    assertTrue(
        round()
            .isDue(
                Optional.empty())); // it was never locked: the repository is older than the locks
    goRound();
    assertFalse(round().isDue(Optional.empty()));
    shelf.clock.pass(MONTH.dividedBy(2).minusHours(1));
    assertFalse(round().isDue(Optional.empty()));
    shelf.clock.pass(Duration.ofHours(2));
    assertTrue(round().isDue(Optional.empty()));
  }

  @Test
  void aRoundLocksAllThatIsNeededAndNothingElse() throws Exception {
    shelf.forget(locking, first);
    List<ObjectKey> before = all();
    shelf.clock.pass(MONTH.dividedBy(2));

    LockRound.Report report = goRound();

    Instant end = report.until();
    assertEquals(minute(shelf.clock.instant().plus(MONTH)), minute(end));
    long garbage = prune(AT_ONCE).locked().chunks();
    assertTrue(garbage > 0);
    long longer = before.stream().filter(key -> locking.end(key).equals(Optional.of(end))).count();
    assertEquals(report.extended(), longer);
    assertEquals(
        before.stream().filter(k -> ObjectKind.of(k).lockable()).count() - garbage, longer);
    assertEquals(Optional.of(end), locking.end(CONFIG));
    assertEquals(Optional.of(end), locking.end(Snapshots.key(second.id())));
  }

  @Test
  void aLockForAnotherPeriodSaysNothing() throws Exception {
    goRound();
    ObjectLock week = new ObjectLock(LOCK.mode(), Duration.ofDays(7));
    assertTrue(round(week).isDue(Optional.empty()));
    shelf.clock.pass(MONTH.minusDays(6));
    assertFalse(round(week).isDue(Optional.empty()));
  }

  /** After the period was made shorter, or where another host has a longer one. */
  @Test
  void underALongerLockARoundIsDueWhenTheLastOneIsHalfAPeriodAgo() throws Exception {
    goRound();
    ObjectLock week = new ObjectLock(LOCK.mode(), Duration.ofDays(7));
    Instant last = shelf.clock.instant();
    assertFalse(round(week).isDue(Optional.of(last)));
    shelf.clock.pass(Duration.ofDays(4));
    assertTrue(round(week).isDue(Optional.of(last)));
    assertTrue(round(week).isDue(Optional.of(last.plus(MONTH))), "by a clock that was wrong");
  }

  @Test
  void aRoundThatIsStoppedSaysSoAndIsDueAgain() throws Exception {
    shelf.clock.pass(MONTH.dividedBy(2).plusDays(1));
    Repository repository = shelf.test.asSource(locking);
    AtomicInteger asked = new AtomicInteger();

    LockRound.Report report =
        round().run(repository.snapshots(ObjectCache.none()), () -> asked.incrementAndGet() > 1);

    assertFalse(report.complete());
    assertTrue(report.extended() > 0, report::toString);
    assertTrue(round().isDue(Optional.empty()));
    LockRound.Report whole = goRound();
    assertTrue(whole.complete());
    assertEquals(whole.looked(), report.extended() + whole.extended());
  }

  @Test
  void whatSaysHowFarARoundWentIsNotLockedWhenItIsPut() throws Exception {
    goRound();
    shelf.clock.pass(MONTH.minusDays(1));
    Instant end = locking.end(CONFIG).orElseThrow();
    locking.put(CONFIG, locking.get(CONFIG, 1 << 20).body(), PutCondition.always());
    assertEquals(Optional.of(end), locking.end(CONFIG));
    assertTrue(round().isDue(Optional.empty()));
  }

  @Test
  void aRoundThatCannotLockItsLastObjectFails() throws Exception {
    Repository repository = shelf.test.asSource(locking);
    LockRound round = round();
    shelf.store.delete(List.of(CONFIG));

    FirkinException e =
        assertThrows(
            FirkinException.class,
            () -> round.run(repository.snapshots(ObjectCache.none()), () -> false));

    assertTrue(e.getMessage().contains("firkin.json"), e::toString);
    assertTrue(e.hint().isPresent());
  }

  @Test
  void aStoreThatMayNotBeAskedIsPrunedAsOneThatLocksNothing() throws Exception {
    shelf.forget(locking, first);
    locking.failing(new StoreRefusedException("shelf", null, "not you", null, null));

    assertFalse(prune(AT_ONCE).deleted().isEmpty());
    assertEquals(0, locking.questions());
  }

  /** A session that has ended says nothing about locks, and hidden garbage would be kept twice. */
  @Test
  void whereItCannotBeToldNothingIsDeleted() throws Exception {
    shelf.forget(locking, first);
    List<ObjectKey> hidden = locking.hidden();
    locking.failing(new StoreException("shelf", null, "the session has ended", null, null));

    assertThrows(StoreException.class, () -> prune(AT_ONCE));
    assertEquals(hidden, locking.hidden());
  }

  @Test
  void whatHasNineTenthsLeftIsLeftAlone() throws Exception {
    goRound();
    shelf.clock.pass(Duration.ofDays(2));
    assertEquals(0, goRound().extended());
    shelf.clock.pass(Duration.ofDays(1));
    LockRound.Report report = goRound();
    assertEquals(report.looked(), report.extended());
  }

  @Test
  void aRoundThatBrokeOffIsDueAgainAndGoesOn() throws Exception {
    shelf.clock.pass(MONTH.dividedBy(2).plusDays(1));
    locking.lockingOnly(3);
    assertThrows(StoreRefusedException.class, this::goRound);
    locking.lockingOnly(Long.MAX_VALUE);
    assertTrue(round().isDue(Optional.empty()));

    LockRound.Report report = goRound();

    assertEquals(report.looked() - 3, report.extended());
    assertFalse(round().isDue(Optional.empty()));
  }

  @Test
  void whereNotAllIsKnownTheRestIsLockedAndItIsDueAgain() throws Exception {
    shelf.store.put(Snapshots.key(first.id()), ByteBuffer.wrap(new byte[9]), PutCondition.always());
    shelf.clock.pass(MONTH.dividedBy(2).plusDays(1));

    assertThrows(DamagedException.class, this::goRound);

    assertTrue(round().isDue(Optional.empty()));
    assertEquals(
        Optional.of(minute(shelf.clock.instant().plus(MONTH))),
        locking.end(Snapshots.key(second.id())).map(LockTest::minute));
  }

  /** The clock moves a little at each look. */
  private static Instant minute(Instant at) {
    return at.truncatedTo(ChronoUnit.MINUTES);
  }

  private static Instant start() {
    return Instant.parse("2026-11-22T00:00:00Z");
  }

  private List<ObjectKey> all() throws Exception {
    List<ObjectKey> all = new ArrayList<>(shelf.contents().keySet());
    all.add(CONFIG);
    all.addAll(shelf.keys("keys/"));
    return all;
  }

  private LockRound round() throws Exception {
    return round(LOCK);
  }

  private LockRound round(ObjectLock lock) throws Exception {
    return new LockRound(shelf.test.asSource(locking), locking, lock, shelf.clock.instant(), 2);
  }

  private LockRound.Report goRound() throws Exception {
    Repository repository = shelf.test.asSource(locking);
    return round().run(repository.snapshots(ObjectCache.none()), () -> false);
  }
}
