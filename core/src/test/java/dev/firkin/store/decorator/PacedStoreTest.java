package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoredObject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacedStoreTest extends ObjectStoreContract {
  private final ManualClock clock = new ManualClock();

  @Override
  protected ObjectStore openEmptyStore() {
    return new PacedStore(new MemoryStore("test"), 3);
  }

  @Test
  void goesUpWhileTheLineIsFastAndNoFurther() throws Exception {
    Pace pace = new Pace(3, clock);
    assertEquals(1, pace.allowed());
    for (int expected : new int[] {2, 3, 3}) {
      transfers(pace, pace.allowed(), Duration.ofSeconds(3));
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
    long first = pace.enter();
    CountDownLatch entering = new CountDownLatch(1);
    FutureTask<Long> second =
        new FutureTask<>(() -> {
          entering.countDown();
          return pace.enter();
        });
    Thread thread = Thread.ofPlatform().daemon().start(second);
    entering.await();
    while (thread.getState() != Thread.State.WAITING && !second.isDone()) {
      Thread.onSpinWait();
    }
    assertTrue(!second.isDone(), "there was room for one");
    clock.advance(Duration.ofSeconds(20));
    pace.succeeded(first);
    pace.leave();
    second.get(10, TimeUnit.SECONDS);
    assertEquals(1, pace.allowed());
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
    try (PacedStore paced = new PacedStore(busy, 1)) {
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
      entered[i] = pace.enter();
    }
    clock.advance(each);
    for (long at : entered) {
      pace.succeeded(at);
      pace.leave();
    }
  }
}
