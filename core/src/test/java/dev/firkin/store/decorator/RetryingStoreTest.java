package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

final class RetryingStoreTest extends ObjectStoreContract {
  private final MemoryStore memory = new MemoryStore("test");
  private final FaultyStore faulty = new FaultyStore(memory);
  private final ManualClock clock = new ManualClock();
  private final List<String> told = new ArrayList<>();
  private final OutageListener listener =
      new OutageListener() {
        @Override
        public void unreachable(Duration since, StoreException why) {
          told.add("unreachable");
        }

        @Override
        public void back(Duration outage) {
          told.add("back");
        }
      };

  @Override
  protected ObjectStore openEmptyStore() {
    return retrying(RetryPolicy.forever());
  }

  private RetryingStore retrying(RetryPolicy policy) {
    return new RetryingStore(faulty, policy, listener, clock, new Random(1));
  }

  @Test
  void repeatsWhatIsRetryable() throws Exception {
    for (When when : When.values()) {
      String key = "pages/" + when;
      faulty.failCall(1, when, Failure.unavailable()).failCall(2, when, Failure.unavailable());
      stored(key, bytes("x"), ALWAYS);
      faulty.failCall(1, when, Failure.unavailable());
      assertEquals("x", text(key));
      faulty.failCall(1, when, Failure.unavailable());
      assertTrue(store().head(key(key)).isPresent());
      faulty.failCall(1, when, Failure.unavailable());
      store().delete(List.of(key(key)));
      assertEquals(List.of(), listed(KeyPrefix.all()));
    }
    assertEquals(10, clock.sleeps().size());
  }

  @Test
  void passesOtherFailuresOnAtOnce() {
    faulty.failCall(1, When.BEFORE_THE_EFFECT, Failure.refused());

    assertThrows(StoreRefusedException.class, () -> text("pages/p"));
    assertEquals(1, faulty.calls());
    assertEquals(List.of(), clock.sleeps());
  }

  @Test
  void recognisesItsOwnEarlierIfAbsent() throws Exception {
    faulty.failCall(1, When.AFTER_THE_EFFECT, Failure.unavailable());
    Version version = stored("snapshots/s", bytes("mine"), IF_ABSENT);

    assertEquals(version, memory.head(key("snapshots/s")).orElseThrow().version());
  }

  @Test
  void recognisesItsOwnEarlierIfMatches() throws Exception {
    Version first = stored("leases/l", bytes("first"), IF_ABSENT);
    faulty
        .failCall(1, When.AFTER_THE_EFFECT, Failure.unavailable())
        .failCall(3, When.BEFORE_THE_EFFECT, Failure.unavailable());
    Version second = stored("leases/l", bytes("second"), PutCondition.ifMatches(first));

    assertEquals(second, memory.head(key("leases/l")).orElseThrow().version());
  }

  @Test
  void doesNotTakeAnothersObjectForItsOwn() throws Exception {
    memory.put(key("snapshots/s"), bytes("theirs"), ALWAYS);
    for (String mine : List.of("mine", "theirs and more", "")) {
      faulty.failCall(1, When.BEFORE_THE_EFFECT, Failure.unavailable());
      assertEquals(PutResult.refused(), store().put(key("snapshots/s"), bytes(mine), IF_ABSENT));
    }
    assertEquals("theirs", text("snapshots/s"));
  }

  /** A source may not read chunks: that one is there is enough for it. */
  @Test
  void whoMayNotReadIsContentWithWhatIsThere() throws Exception {
    faulty
        .failCall(1, When.AFTER_THE_EFFECT, Failure.unavailable())
        .failCall(3, When.BEFORE_THE_EFFECT, Failure.refused());

    assertEquals(PutResult.refused(), store().put(key("chunks/c"), bytes("mine"), IF_ABSENT));
    assertEquals(3, faulty.calls());

    Version first = memory.head(key("chunks/c")).orElseThrow().version();
    faulty
        .failCall(1, When.AFTER_THE_EFFECT, Failure.unavailable())
        .failCall(3, When.BEFORE_THE_EFFECT, Failure.refused());
    assertThrows(
        StoreRefusedException.class,
        () -> store().put(key("chunks/c"), bytes("other"), PutCondition.ifMatches(first)));
  }

  @Test
  void refusedWithoutAFailureIsNotReadBack() throws Exception {
    memory.put(key("snapshots/s"), bytes("mine"), ALWAYS);

    assertEquals(PutResult.refused(), store().put(key("snapshots/s"), bytes("mine"), IF_ABSENT));
    assertEquals(1, faulty.calls());
  }

  @Test
  void handsOverEachKeyOnceWhenAListingBreaksOff() throws Exception {
    for (int i = 0; i < 5; i++) {
      stored("pages/" + i, bytes("x"), ALWAYS);
    }
    faulty
        .failCall(1, When.AFTER_THE_EFFECT, Failure.unavailable())
        .failCall(2, When.AFTER_THE_EFFECT, Failure.unavailable());

    assertEquals(
        List.of("pages/0", "pages/1", "pages/2", "pages/3", "pages/4"), listed(KeyPrefix.all()));
  }

  /** A few seconds at most while it is short, then a tenth of it, and never over a minute. */
  @Test
  void waitsLongerAndLongerButNeverOverAMinute() throws Exception {
    for (int i = 1; i <= 150; i++) {
      faulty.failCall(i, When.BEFORE_THE_EFFECT, Failure.unavailable());
    }
    stored("pages/p", bytes("x"), ALWAYS);

    List<Duration> sleeps = clock.sleeps();
    assertEquals(150, sleeps.size());
    Duration bound = Duration.ofMillis(200);
    Duration age = Duration.ZERO;
    for (Duration sleep : sleeps) {
      Duration most = least(bound, greater(Duration.ofSeconds(5), age.dividedBy(10)));
      assertTrue(sleep.compareTo(most) <= 0, sleep + " of " + most + " after " + age);
      age = age.plus(sleep);
      bound = least(bound.multipliedBy(2), Duration.ofMinutes(1));
    }
    Duration longest = sleeps.stream().max(Duration::compareTo).orElseThrow();
    assertTrue(longest.compareTo(Duration.ofSeconds(50)) > 0, "jitter up to " + longest);
    Duration shortest = sleeps.subList(100, 150).stream().min(Duration::compareTo).orElseThrow();
    assertTrue(shortest.compareTo(Duration.ofSeconds(10)) < 0, "jitter down to " + shortest);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration greater(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  @Test
  void readsAgainWhatArrivedDamaged() throws Exception {
    stored("pages/p", bytes("x"), ALWAYS);
    for (int i = 1; i <= 7; i++) {
      faulty.failCall(i, When.AFTER_THE_EFFECT, arrivesAs("other bytes each time: " + i));
    }
    assertEquals("x", text("pages/p"));
    int before = faulty.calls();
    for (int i = 1; i <= 8; i++) {
      faulty.failCall(i, When.AFTER_THE_EFFECT, arrivesAs("still others: " + i));
    }
    assertThrows(ObjectDamagedException.class, () -> text("pages/p"));
    assertEquals(8, faulty.calls() - before);
  }

  /** No line changes the same bytes in the same way twice. */
  @Test
  void theSameWrongBytesTwiceAreDamage() throws Exception {
    stored("pages/p", bytes("x"), ALWAYS);
    faulty
        .failCall(1, When.AFTER_THE_EFFECT, arrivesAs("a"))
        .failCall(2, When.AFTER_THE_EFFECT, arrivesAs("b"))
        .failCall(3, When.AFTER_THE_EFFECT, arrivesAs("a"));
    assertThrows(ObjectDamagedException.class, () -> text("pages/p"));
  }

  private static Failure arrivesAs(String checksum) {
    return (location, key) -> new ObjectDamagedException(location, key.orElseThrow(), checksum);
  }

  @Test
  void thoseThatWaitGoOnWhenAnotherGetsThrough() throws Exception {
    UntilNotified waiting = new UntilNotified();
    faulty.down(true);
    try (RetryingStore store =
        new RetryingStore(faulty, RetryPolicy.forever(), listener, waiting, new Random(1))) {
      FutureTask<Boolean> call =
          new FutureTask<>(() -> store.head(key("pages/waiting")).isPresent());
      Thread.ofPlatform().daemon().start(call);
      assertTrue(waiting.waits.await(10, TimeUnit.SECONDS));
      assertFalse(call.isDone());
      clock.advance(Duration.ofMinutes(1));
      faulty.down(false);
      assertTrue(store.head(key("pages/other")).isEmpty());
      assertFalse(call.get(10, TimeUnit.SECONDS));
    }
  }

  /** Its waits end when they are told to, and by no time. */
  private final class UntilNotified implements WaitingClock {
    final CountDownLatch waits = new CountDownLatch(1);

    @Override
    public long nanos() {
      return clock.nanos();
    }

    @Override
    public void sleep(Duration duration) {
      throw new AssertionError("nobody can end this wait");
    }

    @Override
    public void await(Object monitor, Duration duration) throws InterruptedException {
      waits.countDown();
      TimeUnit.HOURS.timedWait(monitor, 1);
    }
  }

  /** Whose trouble is its own is not helped by trying whenever the others get through. */
  @Test
  void whatFailsAloneWaitsItsOwnTime() {
    OneKeyFails store = new OneKeyFails(Integer.MAX_VALUE, attempt -> true);
    assertThrows(StoreException.class, store::headOfThatKey);
    Duration slept = clock.sleeps().stream().reduce(Duration.ZERO, Duration::plus);
    assertTrue(slept.compareTo(Duration.ofMinutes(5)) > 0, slept::toString);
  }

  @Test
  void tellsOfALongOutageOnceAndOfItsEnd() throws Exception {
    for (int i = 1; i <= 20; i++) {
      faulty.failCall(i, When.BEFORE_THE_EFFECT, Failure.unavailable());
    }
    stored("pages/p", bytes("x"), ALWAYS);
    assertEquals(List.of("unreachable", "back"), told);

    faulty.failCall(1, When.BEFORE_THE_EFFECT, Failure.unavailable());
    stored("pages/p", bytes("x"), ALWAYS);
    assertEquals(List.of("unreachable", "back"), told);
  }

  @Test
  void givesUpAfterTheLongestOutageAllowed() {
    faulty.down(true);
    try (RetryingStore store = retrying(RetryPolicy.outagesUpTo(Duration.ofMinutes(10)))) {
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, () -> store.head(key("pages/p")));
      assertTrue(e.toString().contains("given up after 1"), e::toString);
    }
    Duration slept = clock.sleeps().stream().reduce(Duration.ZERO, Duration::plus);
    assertTrue(slept.compareTo(Duration.ofMinutes(10)) >= 0, slept::toString);
    assertTrue(slept.compareTo(Duration.ofMinutes(11)) <= 0, slept::toString);
  }

  /** What allowed it may be over when the line is back. */
  @Test
  void doesNotRepeatWhatIsToBeDoneOnce() {
    faulty.down(true);
    try (RetryingStore store = retrying(RetryPolicy.forever())) {
      assertThrows(
          StoreUnavailableException.class, () -> store.deleteOnce(List.of(key("pages/p"))));
    }
    assertEquals(1, faulty.calls());
  }

  @Test
  void withoutPatienceTriesOnce() {
    faulty.down(true);
    try (RetryingStore store = retrying(RetryPolicy.outagesUpTo(Duration.ZERO))) {
      assertThrows(StoreUnavailableException.class, () -> store.head(key("pages/p")));
    }
    assertEquals(1, faulty.calls());
  }

  @Test
  void givesUpOnOneCallThatFailsWhileOthersSucceed() {
    OneKeyFails store = new OneKeyFails(Integer.MAX_VALUE, attempt -> true);
    StoreException e = assertThrows(StoreException.class, store::headOfThatKey);
    assertTrue(e.toString().contains("after 30 attempts"), e::toString);
  }

  /** The line is there for as long as one call takes. */
  @Test
  void aHiccupAfterALongOutageEndsNothing() throws Exception {
    OneKeyFails store = new OneKeyFails(60, attempt -> attempt == 40);
    assertTrue(store.headOfThatKey().isEmpty());
    assertEquals(61, store.attempts);
  }

  /** Fails for one key alone, and makes a call for another one during some of the waits. */
  private final class OneKeyFails extends ForwardingStore implements WaitingClock {
    private final ObjectKey key = key("pages/failing");
    private final int failures;
    private final IntPredicate otherCallDuringWait;
    private final RetryingStore retrying;
    private int attempts;

    /**
     * @param otherCallDuringWait by how often the key was asked for
     */
    OneKeyFails(int failures, IntPredicate otherCallDuringWait) {
      super(faulty);
      this.failures = failures;
      this.otherCallDuringWait = otherCallDuringWait;
      this.retrying = new RetryingStore(this, RetryPolicy.forever(), listener, this, new Random(1));
    }

    Optional<ObjectInfo> headOfThatKey() throws StoreException {
      return retrying.head(key);
    }

    @Override
    public Optional<ObjectInfo> head(ObjectKey asked) throws StoreException {
      if (asked.equals(key) && attempts++ < failures) {
        throw Failure.unavailable().of(location(), Optional.of(key));
      }
      return super.head(asked);
    }

    @Override
    public long nanos() {
      return clock.nanos();
    }

    @Override
    public void await(Object monitor, Duration duration) throws InterruptedException {
      sleep(duration);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      clock.sleep(duration);
      if (otherCallDuringWait.test(attempts)) {
        try {
          assertTrue(retrying.head(key("pages/fine")).isEmpty());
        } catch (StoreException e) {
          throw new AssertionError("only one key fails", e);
        }
      }
    }
  }

  @Test
  void endsTheWaitWhenInterrupted() {
    faulty.down(true);
    Thread.currentThread().interrupt();
    StoreInterruptedException e =
        assertThrows(StoreInterruptedException.class, () -> store().head(key("pages/p")));
    // The clock of this test clears the flag, as sleeping does: it must have been set again.
    assertTrue(Thread.interrupted());
    assertInstanceOf(StoreUnavailableException.class, e.getCause());
  }
}
