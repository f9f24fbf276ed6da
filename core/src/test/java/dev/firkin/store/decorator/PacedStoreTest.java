package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.FaultyStore;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacedStoreTest extends ObjectStoreContract {
  private final ManualClock clock = new ManualClock();

  @Override
  protected ObjectStore openEmptyStore() {
    return new PacedStore(new MemoryStore("test"), 3, new Line());
  }

  @Test
  void goesUpWhileTheLineIsFastAndNoFurther() throws Exception {
    Pace pace = new Pace(3, clock);
    assertEquals(1, pace.allowed());
    for (int expected : new int[] {2, 3, 3}) {
      transfers(pace, pace.allowed(), Duration.ofMillis(1_400));
      assertEquals(expected, pace.allowed());
    }
  }

  @Test
  void aSlowLineCarriesOneAtATime() throws Exception {
    Pace pace = new Pace(64, clock);
    for (int i = 0; i < 7; i++) {
      transfers(pace, pace.allowed(), Duration.ofMillis(10));
    }
    assertEquals(8, pace.allowed());
    for (int expected : new int[] {4, 2, 1, 1}) {
      transfers(pace, 1, Duration.ofSeconds(11));
      assertEquals(expected, pace.allowed());
    }
    transfers(pace, 1, Duration.ofSeconds(8));
    assertEquals(1, pace.allowed(), "neither slow nor fast");
  }

  /** As at the end of a line, or where it was cut. */
  @Test
  void whatFailsLateIsSlowAndWhatFailsSoonIsNot() throws Exception {
    Pace pace = new Pace(64, clock);
    for (int i = 0; i < 7; i++) {
      transfers(pace, pace.allowed(), Duration.ofMillis(10));
    }
    long entered = pace.enter(0);
    clock.advance(Duration.ofSeconds(9));
    pace.failed(entered);
    assertEquals(8, pace.allowed());
    clock.advance(Duration.ofSeconds(2));
    pace.failed(entered);
    assertEquals(4, pace.allowed());
  }

  /** Whoever can do with smaller objects is told, at the first attempt and before the next. */
  @Test
  void endsPutsThatTheLineIsTooShortFor() throws Exception {
    FaultyStore faulty = new FaultyStore(new MemoryStore("test"));
    ForwardingStore slow =
        new ForwardingStore(faulty) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            clock.advance(Duration.ofSeconds(20));
            return super.put(key, body, condition);
          }
        };
    Line line = new Line(clock);
    ObjectKey key = key("chunks/aa/1");
    try (PacedStore paced = paced(slow, line)) {
      faulty.failCall(1, FaultyStore.When.BEFORE_THE_EFFECT, FaultyStore.Failure.unavailable());
      assertThrows(StoreUnavailableException.class, () -> paced.put(key, bytes("x"), IF_ABSENT));
      try (Line.Passage _ = line.passage(key, 0, true)) {
        assertThrows(LineTooShortException.class, () -> paced.put(key, bytes("x"), IF_ABSENT));
        assertEquals(1, faulty.calls(), "nothing is sent that will not get there");
      }
      paced.put(key, bytes("x"), IF_ABSENT);
    }
    Line other = new Line(clock);
    try (PacedStore paced = paced(slow, other);
        Line.Passage _ = other.passage(key, 0, true)) {
      faulty.failCall(1, FaultyStore.When.BEFORE_THE_EFFECT, FaultyStore.Failure.unavailable());
      assertThrows(LineTooShortException.class, () -> paced.put(key, bytes("x"), IF_ABSENT));
    }
  }

  /** They had asked before anybody knew, and waited for the one that was cut. */
  @Test
  void whoWaitedForAPutThatWasCutIsToldBeforeItSends() throws Exception {
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    FaultyStore faulty = new FaultyStore(new MemoryStore("test"));
    faulty.failCall(1, FaultyStore.When.BEFORE_THE_EFFECT, FaultyStore.Failure.unavailable());
    ForwardingStore slow =
        new ForwardingStore(faulty) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            sending.countDown();
            try {
              cut.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            clock.advance(Duration.ofSeconds(20));
            return super.put(key, body, condition);
          }
        };
    Line line = new Line(clock);
    try (PacedStore paced = paced(slow, line);
        Line.Passage _ = line.passage(key("chunks/aa/1"), 0, true);
        Line.Passage _ = line.passage(key("chunks/aa/2"), 0, true)) {
      FutureTask<PutResult> first = put(paced, "chunks/aa/1");
      Thread.ofPlatform().daemon().start(first);
      sending.await();
      FutureTask<PutResult> second = put(paced, "chunks/aa/2");
      Thread waiting = Thread.ofPlatform().daemon().start(second);
      while (waiting.getState() != Thread.State.WAITING && !second.isDone()) {
        Thread.onSpinWait();
      }
      cut.countDown();
      for (FutureTask<PutResult> each : List.of(first, second)) {
        ExecutionException e =
            assertThrows(ExecutionException.class, () -> each.get(10, TimeUnit.SECONDS));
        assertInstanceOf(LineTooShortException.class, e.getCause());
      }
      assertEquals(1, faulty.calls());
    }
  }

  /** A checkpoint, a lease: small, and somebody waits for it. */
  @Test
  void whatIsNoChunkWaitsForNobody() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ObjectStore busy =
        new ForwardingStore(new MemoryStore("test")) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.equals(key("chunks/aa/1"))) {
              inside.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
            return super.put(key, body, condition);
          }
        };
    try (PacedStore paced = new PacedStore(busy, 1, new Line())) {
      FutureTask<PutResult> chunk = put(paced, "chunks/aa/1");
      Thread.ofPlatform().daemon().start(chunk);
      inside.await();
      FutureTask<PutResult> checkpoint = put(paced, "uploads/u/1");
      Thread.ofPlatform().daemon().start(checkpoint);
      assertInstanceOf(PutResult.Stored.class, checkpoint.get(10, TimeUnit.SECONDS));
      end.countDown();
      var _ = chunk.get(10, TimeUnit.SECONDS);
    }
  }

  /** On a line that drops, what is under way is what a drop costs. */
  @Test
  void aLineThatDropsCarriesFewerAtATime() throws Exception {
    Line line = new Line(clock);
    assertEquals(Duration.ofSeconds(10), line.slow());
    line.dropped(Duration.ofSeconds(2));
    Pace pace = new Pace(64, clock);
    transfers(pace, 1, Duration.ofMillis(10));
    assertEquals(2, pace.allowed());
    long entered = pace.enter(0);
    clock.advance(Duration.ofSeconds(4));
    pace.succeeded(entered, line.slow());
    assertEquals(1, pace.allowed());
  }

  private static FutureTask<PutResult> put(ObjectStore to, String key) {
    return new FutureTask<>(() -> to.put(key(key), bytes("x"), IF_ABSENT));
  }

  private PacedStore paced(ObjectStore slow, Line line) {
    return new PacedStore(new GaugedStore(slow, line, clock), 1, line, clock);
  }

  /** Otherwise a push of small objects, one after the other, would open the way for large ones. */
  @Test
  void whoUsesLessThanIsAllowedLearnsNothing() throws Exception {
    Pace pace = new Pace(8, clock);
    transfers(pace, 1, Duration.ofMillis(10));
    for (int i = 0; i < 5; i++) {
      transfers(pace, 1, Duration.ofMillis(10));
    }
    assertEquals(2, pace.allowed());
  }

  @Test
  void aThirdWaitsUntilThereIsRoom() throws Exception {
    Pace pace = new Pace(8, clock);
    long first = pace.enter(0);
    CountDownLatch entering = new CountDownLatch(1);
    FutureTask<Long> second =
        new FutureTask<>(() -> {
          entering.countDown();
          return pace.enter(0);
        });
    Thread thread = Thread.ofPlatform().daemon().start(second);
    entering.await();
    while (thread.getState() != Thread.State.WAITING && !second.isDone()) {
      Thread.onSpinWait();
    }
    assertTrue(!second.isDone(), "there was room for one");
    clock.advance(Duration.ofSeconds(20));
    pace.succeeded(first);
    pace.leave(0);
    second.get(10, TimeUnit.SECONDS);
    assertEquals(1, pace.allowed());
  }

  /** Otherwise a whole later one would go between each two pieces of the first. */
  @Test
  void betweenThePiecesOfAnEarlierChunkNoLaterOneGoes() throws Exception {
    Line line = new Line(clock);
    Pace pace = new Pace(1, clock, line.held());
    FutureTask<Long> later = new FutureTask<>(() -> pace.enter(7));
    FutureTask<Long> last = new FutureTask<>(() -> pace.enter(8));
    Thread thread = Thread.ofPlatform().daemon().unstarted(later);
    try (Line.Hold hold = line.hold(3)) {
      thread.start();
      for (int piece = 0; piece < 2; piece++) {
        awaitWaiting(thread);
        assertFalse(later.isDone(), "it went between pieces");
        var _ = pace.enter(3);
        pace.leave(3);
      }
      // What this waits for may be waiting behind it.
      try (Line.Passage _ = hold.aside()) {
        later.get(10, TimeUnit.SECONDS);
        pace.leave(7);
      }
      Thread second = Thread.ofPlatform().daemon().start(last);
      awaitWaiting(second);
      assertFalse(last.isDone(), "its place is kept again");
      assertEquals(clock.nanos(), pace.enter(2), "an earlier one is not held up");
      pace.leave(2);
    }
    last.get(10, TimeUnit.SECONDS);
    pace.leave(8);
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  /** Otherwise a chunk could be overtaken for ever, and nothing behind it be committed. */
  @Test
  void whoseTurnIsFirstGoesFirst() throws Exception {
    Pace pace = new Pace(1, clock);
    var _ = pace.enter(0);
    List<Integer> entered = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      FutureTask<Long> entering =
          new FutureTask<>(() -> {
            long at = pace.enter(-number / 4);
            entered.add(number);
            pace.leave(-number / 4);
            return at;
          });
      Thread thread = Thread.ofPlatform().daemon().start(entering);
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      threads.add(thread);
    }
    pace.leave(0);
    for (Thread thread : threads) {
      thread.join();
    }
    // Four have each turn; of these goes first who came first.
    assertEquals(
        List.of(16, 17, 18, 19, 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3), entered);
  }

  @Test
  void aWaitEndsWithAnInterruption() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ObjectStore busy =
        new ForwardingStore(new MemoryStore("test")) {
          @Override
          public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
            inside.countDown();
            try {
              end.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return super.get(key, maxBytes);
          }
        };
    busy.put(key("chunks/aa/1"), bytes("x"), IF_ABSENT);
    try (PacedStore paced = new PacedStore(busy, 1, new Line())) {
      FutureTask<StoredObject> first = new FutureTask<>(() -> paced.get(key("chunks/aa/1"), 10));
      Thread.ofPlatform().daemon().start(first);
      inside.await();
      Thread.currentThread().interrupt();
      assertThrows(StoreInterruptedException.class, () -> paced.get(key("chunks/aa/1"), 10));
      assertTrue(Thread.interrupted());
      end.countDown();
      assertEquals(1, first.get(10, TimeUnit.SECONDS).body().remaining());
    }
  }

  private void transfers(Pace pace, int atOnce, Duration each) throws InterruptedException {
    long[] entered = new long[atOnce];
    for (int i = 0; i < atOnce; i++) {
      entered[i] = pace.enter(0);
    }
    clock.advance(each);
    for (long at : entered) {
      pace.succeeded(at);
      pace.leave(0);
    }
  }
}
