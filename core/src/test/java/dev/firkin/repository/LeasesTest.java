package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.LeaseInfo;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LeasesTest {
  private static final Duration QUARTER = Duration.ofMinutes(15);

  /** Renewed by hand, and waiting for nothing. */
  private static final LeaseTimes TIMES =
      new LeaseTimes(Duration.ofHours(1), Duration.ofHours(2), Duration.ofMillis(5));

  private static final LeaseTimes SHORT =
      new LeaseTimes(Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMillis(20));

  @TempDir Path folder;
  private final AtomicReference<Instant> clock =
      new AtomicReference<>(Instant.parse("2026-11-22T03:00:00Z"));
  private MemoryStore store;
  private TestRepository test;

  @BeforeEach
  void make() throws Exception {
    store = new MemoryStore("leases", clock::get);
    test = TestRepository.encrypted(folder, store);
  }

  @Test
  void thoseWhoAddGoTogether() throws Exception {
    try (Lease a = take(LeaseMode.SHARED);
        Lease b = take(LeaseMode.SHARED)) {
      assertTrue(a.stillHeld());
      assertTrue(b.stillHeld());
      assertEquals(2, keys().size());
    }
    assertEquals(List.of(), keys());
  }

  @Test
  void whoDeletesIsAlone() throws Exception {
    try (Lease _ = take(LeaseMode.SHARED)) {
      LeaseHeldException busy =
          assertThrows(LeaseHeldException.class, () -> take(LeaseMode.EXCLUSIVE));
      assertTrue(busy.getMessage().contains("'work' on host"), busy.getMessage());
      assertEquals(1, keys().size(), "the one that was not had is not there");
    }
    try (Lease _ = take(LeaseMode.EXCLUSIVE)) {
      assertThrows(LeaseHeldException.class, () -> take(LeaseMode.SHARED));
      assertThrows(LeaseHeldException.class, () -> take(LeaseMode.EXCLUSIVE));
    }
    take(LeaseMode.EXCLUSIVE).close();
  }

  @Test
  void whoWaitsIsToldForWhomAndGetsIt() throws Exception {
    BlockingQueue<Leases.Found> told = new ArrayBlockingQueue<>(10);
    FutureTask<Lease> waiting =
        new FutureTask<>(() ->
            leases(store)
                .take(LeaseMode.SHARED, "push", "other", Duration.ofSeconds(30), told::add));
    try (Lease _ = take(LeaseMode.EXCLUSIVE)) {
      Thread.ofPlatform().daemon().start(waiting);
      Leases.Found found = told.take();
      assertEquals(Optional.of("host"), found.info().map(LeaseInfo::host));
      assertFalse(waiting.isDone());
    }
    try (Lease lease = waiting.get()) {
      assertTrue(lease.stillHeld());
    }
    assertTrue(told.isEmpty(), "told once of one");
  }

  @Test
  void aLeaseOfTheDeadExpires() throws Exception {
    Lease dead = take(LeaseMode.EXCLUSIVE);
    pass(QUARTER.multipliedBy(8).minusSeconds(1));
    assertThrows(LeaseHeldException.class, () -> take(LeaseMode.SHARED));
    pass(Duration.ofSeconds(1));

    take(LeaseMode.SHARED).close();

    assertFalse(dead.stillHeld());
    assertEquals(List.of(), keys());
    dead.close();
  }

  /** Some credentials may write and not delete: pushes go on, night after night. */
  @Test
  void whoMayNotDeleteSharesWithTheDead() throws Exception {
    Leases leases =
        leases(
            new ForwardingStore(store) {
              @Override
              public void delete(Collection<ObjectKey> keys) throws StoreException {
                throw new StoreRefusedException(location(), null, "deleting is denied", null, null);
              }
            });
    for (int night = 1; night <= 3; night++) {
      try (Lease lease = hold(leases, LeaseMode.SHARED)) {
        assertTrue(lease.stillHeld());
      }
      assertEquals(night, keys().size());
      pass(QUARTER.multipliedBy(8));
    }
    // One that was alone would not notice that it was taken over.
    leaveBehind(LeaseMode.EXCLUSIVE);
    pass(QUARTER.multipliedBy(8));
    assertThrows(StoreRefusedException.class, () -> hold(leases, LeaseMode.SHARED));
  }

  /** What is done because of it has all the time until a lease expires. */
  @Test
  void whoAsksIsRenewed() throws Exception {
    try (Lease lease = take(LeaseMode.SHARED)) {
      pass(QUARTER.multipliedBy(8).minusSeconds(1));
      assertTrue(lease.renewed());
      pass(QUARTER);
      assertThrows(LeaseHeldException.class, () -> take(LeaseMode.EXCLUSIVE));
    }
  }

  /** By that clock it would live for five hours and more. */
  @Test
  void aLeaseOfTheDeadExpiresThoughTheStoresClockWasSetBack() throws Exception {
    ObjectKey dead = leaveBehind(LeaseMode.EXCLUSIVE);
    pass(Duration.ofHours(-5));

    Lease lease =
        test.asSource(store)
            .leases(SHORT)
            .take(LeaseMode.SHARED, "work", "host", Duration.ofSeconds(20), found -> {});

    assertTrue(lease.stillHeld());
    assertFalse(keys().contains(dead));
    lease.close();
  }

  @Test
  void oneThatIsRenewedLivesWhateverTheStoresClock() throws Exception {
    try (Lease lease = hold(test.asSource(store).leases(SHORT), LeaseMode.EXCLUSIVE)) {
      pass(Duration.ofHours(-5));
      assertThrows(
          LeaseHeldException.class,
          () ->
              test.asSource(store)
                  .leases(SHORT)
                  .take(LeaseMode.SHARED, "work", "host", Duration.ofMillis(1500), found -> {}));
      assertTrue(lease.stillHeld());
    }
  }

  /** Only its holder is asked: the lease of one that lives is taken over, and it notices. */
  @Test
  void aClockThatIsSetForwardsCostsALivingHolderItsLeaseAndNoMore() throws Exception {
    try (Lease lease = take(LeaseMode.SHARED)) {
      pass(Duration.ofHours(5));
      try (Lease _ = take(LeaseMode.EXCLUSIVE)) {
        assertFalse(lease.stillHeld());
      }
      lease.take(Duration.ZERO, found -> {});
      assertTrue(lease.stillHeld());
    }
  }

  /** As a process that was killed does. */
  private ObjectKey leaveBehind(LeaseMode mode) throws Exception {
    ObjectKey key;
    ByteBuffer body;
    try (Lease _ = take(mode)) {
      key = keys().getFirst();
      body = store.get(key, 1 << 16).body();
    }
    store.put(key, body, PutCondition.always());
    return key;
  }

  @Test
  void theStandardLeaseLivesAQuarterOfAnHour() throws Exception {
    Lease dead = hold(test.asSource(store).leases(), LeaseMode.SHARED);
    pass(QUARTER.minusSeconds(1));
    Leases leases = test.asSource(store).leases();
    assertThrows(LeaseHeldException.class, () -> hold(leases, LeaseMode.EXCLUSIVE));
    pass(Duration.ofSeconds(1));
    hold(leases, LeaseMode.EXCLUSIVE).close();
    dead.close();
  }

  @Test
  void renewalKeepsIt() throws Exception {
    try (Lease lease = take(LeaseMode.SHARED)) {
      for (int i = 0; i < 3; i++) {
        pass(Duration.ofHours(1));
        lease.renewNow();
      }
      pass(Duration.ofHours(1));
      assertThrows(LeaseHeldException.class, () -> take(LeaseMode.EXCLUSIVE));
      assertTrue(lease.stillHeld());
    }
  }

  @Test
  void itIsRenewedInTheBackground() throws Exception {
    LeaseTimes quick =
        new LeaseTimes(Duration.ofMillis(5), Duration.ofHours(2), Duration.ofMillis(5));
    try (Lease lease = hold(test.asSource(store).leases(quick), LeaseMode.SHARED)) {
      Instant later = pass(Duration.ofHours(1));
      while (store.head(keys().getFirst()).orElseThrow().modified().isBefore(later)) {
        Thread.onSpinWait(); // the time limit of the test ends it
      }
      assertTrue(lease.stillHeld());
    }
  }

  /** A laptop that slept, and that nobody has missed. */
  @Test
  void whatNobodyTookOverIsStillHeld() throws Exception {
    try (Lease lease = take(LeaseMode.SHARED)) {
      pass(Duration.ofDays(3));
      assertTrue(lease.stillHeld());
      lease.renewNow();
      assertTrue(lease.stillHeld());
      assertThrows(LeaseHeldException.class, () -> take(LeaseMode.EXCLUSIVE));
    }
  }

  /** A laptop that slept while another cleaned up. */
  @Test
  void whoWasTakenOverNoticesAndDoesNotComeBack() throws Exception {
    sleptWhileAnotherCleanedUp(store);
  }

  @Test
  void notEvenInAStoreThatKnowsNoConditions() throws Exception {
    sleptWhileAnotherCleanedUp(
        new ForwardingStore(store) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            return store.put(key, body, PutCondition.always());
          }
        });
  }

  private void sleptWhileAnotherCleanedUp(ObjectStore through) throws Exception {
    try (Lease sleeper = hold(leases(through), LeaseMode.SHARED)) {
      pass(Duration.ofDays(1));
      try (Lease other = hold(leases(through), LeaseMode.EXCLUSIVE)) {
        sleeper.renewNow();
        assertFalse(sleeper.stillHeld());
        assertEquals(1, keys().size());
        assertTrue(other.stillHeld());
      }
      sleeper.take(Duration.ZERO, found -> {});
      assertTrue(sleeper.stillHeld());
    }
    assertEquals(List.of(), keys());
  }

  @Test
  void whatCannotBeReadCountsAsExclusiveUntilItExpires() throws Exception {
    ObjectKey garbage = ObjectKey.of("leases/0123456789abcdef");
    store.put(garbage, ByteBuffer.wrap(new byte[] {1, 2, 3}), PutCondition.always());
    LeaseHeldException busy = assertThrows(LeaseHeldException.class, () -> take(LeaseMode.SHARED));
    assertTrue(busy.getMessage().contains(garbage.value()), busy.getMessage());
    pass(Duration.ofHours(2));
    take(LeaseMode.SHARED).close();
    assertEquals(List.of(), keys());
  }

  @Test
  void aLeaseFromAnotherKeyIsNotBelieved() throws Exception {
    try (Lease _ = take(LeaseMode.SHARED)) {
      ByteBuffer real = store.get(keys().getFirst(), 1 << 16).body();
      store.put(ObjectKey.of("leases/0123456789abcdef"), real, PutCondition.always());
      assertThrows(LeaseHeldException.class, () -> take(LeaseMode.SHARED));
    }
  }

  @Test
  void ofManyNeverTwoAreAlone() throws Exception {
    AtomicInteger alone = new AtomicInteger();
    AtomicInteger adding = new AtomicInteger();
    List<FutureTask<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      LeaseMode mode = i % 2 == 0 ? LeaseMode.EXCLUSIVE : LeaseMode.SHARED;
      FutureTask<Integer> task =
          new FutureTask<>(() -> {
            int wrong = 0;
            for (int round = 0; round < 3; round++) {
              try (Lease _ =
                  leases(store).take(mode, "work", "host", Duration.ofMinutes(1), found -> {})) {
                if (mode == LeaseMode.EXCLUSIVE) {
                  wrong += alone.incrementAndGet() == 1 && adding.get() == 0 ? 0 : 1;
                  TimeUnit.MILLISECONDS.sleep(1); // work
                  alone.decrementAndGet();
                } else {
                  adding.incrementAndGet();
                  wrong += alone.get() == 0 ? 0 : 1;
                  TimeUnit.MILLISECONDS.sleep(1);
                  adding.decrementAndGet();
                }
              }
            }
            return wrong;
          });
      tasks.add(task);
      Thread.ofPlatform().daemon().start(task);
    }
    for (FutureTask<Integer> task : tasks) {
      assertEquals(0, task.get());
    }
    assertEquals(List.of(), keys());
  }

  @Test
  void aDeadLinkDoesNotHoldUpTheEnd() throws Exception {
    FaultyStore dead = new FaultyStore(store);
    Lease lease =
        hold(
            leases(new RetryingStore(dead, RetryPolicy.forever(), OutageListener.silent())),
            LeaseMode.SHARED);
    dead.down(true);
    long began = System.nanoTime();
    lease.close();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(Duration.ofSeconds(4)) < 0, took + "");
    assertEquals(1, keys().size(), "it stays until it expires");
  }

  @Test
  void aStoreWhoseListsAreLateIsRefused() {
    ForwardingStore late =
        new ForwardingStore(store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) {
            // nothing yet
          }
        };
    assertThrows(StoreException.class, () -> hold(leases(late), LeaseMode.SHARED));
  }

  @Test
  void whoIsTakenForDeadBetweenThePutAndTheLookTriesAgain() throws Exception {
    AtomicInteger lists = new AtomicInteger();
    ForwardingStore asleep =
        new ForwardingStore(store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            if (lists.getAndIncrement() == 0) {
              store.delete(keys()); // as who takes over does
            }
            store.list(prefix, each);
          }
        };
    try (Lease lease = hold(leases(asleep), LeaseMode.SHARED)) {
      assertTrue(lease.stillHeld());
      assertEquals(1, keys().size());
    }
    assertTrue(lists.get() > 1);
  }

  @Test
  void peopleCanSeeWhoIsWorking() throws Exception {
    try (Lease _ = take(LeaseMode.SHARED)) {
      Instant now = pass(Duration.ofMinutes(3));
      List<Leases.Found> found = leases(store).list(now);
      assertEquals(1, found.size());
      assertEquals(Duration.ofMinutes(3), found.getFirst().age());
      assertEquals(Optional.of("work"), found.getFirst().info().map(LeaseInfo::work));
    }
  }

  private Lease take(LeaseMode mode) throws FirkinException, InterruptedException {
    return hold(leases(store), mode);
  }

  private static Lease hold(Leases leases, LeaseMode mode)
      throws FirkinException, InterruptedException {
    return leases.take(mode, "work", "host", Duration.ZERO, found -> {});
  }

  private Leases leases(ObjectStore through) throws FirkinException {
    return test.asSource(through).leases(TIMES);
  }

  private Instant pass(Duration time) {
    return clock.updateAndGet(now -> now.plus(time));
  }

  private List<ObjectKey> keys() {
    List<ObjectKey> keys = new ArrayList<>();
    store.list(KeyPrefix.of("leases/"), info -> keys.add(info.key()));
    return keys;
  }
}
