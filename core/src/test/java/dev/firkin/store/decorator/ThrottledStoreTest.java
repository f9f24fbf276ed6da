package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.StoreInterruptedException;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ThrottledStoreTest extends ObjectStoreContract {
  private static final int RATE = 1_000_000;

  private final ManualClock clock = new ManualClock();
  private final long start = clock.nanos();

  @Override
  protected ObjectStore openEmptyStore() {
    return throttled(OptionalLong.of(RATE), OptionalLong.of(RATE / 2));
  }

  private ThrottledStore throttled(OptionalLong up, OptionalLong down) {
    return new ThrottledStore(new MemoryStore("test"), up, down, clock);
  }

  private double seconds() {
    return (clock.nanos() - start) / 1e9;
  }

  @Test
  void uploadsTakeAsLongAsTheLimitSays() throws Exception {
    for (int i = 0; i < 30; i++) {
      stored("chunks/aa/" + i, randomBytes(1_000_000 + i, i), IF_ABSENT);
    }
    assertEquals(30.0, seconds(), 0.001);
  }

  @Test
  void downloadsTakeAsLongAsTheLimitSays() throws Exception {
    stored("chunks/aa/1", randomBytes(100_000, 1), IF_ABSENT);
    for (int i = 0; i < 50; i++) {
      assertEquals(100_000, store().get(key("chunks/aa/1"), 100_000).body().remaining());
    }
    // The tenth of a second of the upload is made up for.
    assertEquals(10.0, seconds(), 0.001);
  }

  /** A checkpoint must get out before the end; what it took is made up for by the next chunk. */
  @Test
  void whatIsNoChunkDoesNotWaitButIsPaidFor() throws Exception {
    stored("chunks/aa/1", randomBytes(2_000_000, 1), IF_ABSENT);
    assertEquals(2.0, seconds(), 0.001);
    stored("uploads/u/1", randomBytes(500_000, 2), ALWAYS);
    assertEquals(2.0, seconds(), 0.001);
    stored("chunks/aa/2", randomBytes(1_000_000, 3), IF_ABSENT);
    assertEquals(3.5, seconds(), 0.001);
  }

  @Test
  void aSecondOfIdlenessIsMadeUpForAndNoMore() throws Exception {
    clock.advance(Duration.ofHours(1));
    for (int i = 0; i < 20; i++) {
      stored("chunks/aa/" + i, randomBytes(500_000, i), IF_ABSENT);
    }
    assertEquals(3600 + 10 - 1, seconds(), 0.001);
  }

  @Test
  void withoutLimitNothingWaits() throws Exception {
    try (ThrottledStore store = throttled(OptionalLong.empty(), OptionalLong.empty())) {
      store.put(key("chunks/aa/1"), randomBytes(9_000_000, 1), IF_ABSENT);
      store.get(key("chunks/aa/1"), 9_000_000);
    }
    assertEquals(0.0, seconds());
  }

  @Test
  void theLimitIsSharedByAllThreads() throws Exception {
    together(
        4,
        () -> {
          for (int i = 0; i < 5; i++) {
            long id = Thread.currentThread().threadId();
            store().put(key("chunks/aa/" + id + "-" + i), randomBytes(1_000_000, i), IF_ABSENT);
          }
          return 0;
        });
    // Each thread's wait moves the common clock, so time runs at least as fast as it would alone.
    assertTrue(seconds() >= 20 - 1, "20 MB in " + seconds() + " s");
  }

  @Test
  void anInterruptedWaitSaysSo() throws Exception {
    stored("chunks/aa/1", randomBytes(10, 1), IF_ABSENT);
    Thread.currentThread().interrupt();
    assertThrows(
        StoreInterruptedException.class, () -> stored("chunks/aa/2", bytes("x"), IF_ABSENT));
    assertTrue(Thread.interrupted());
  }
}
