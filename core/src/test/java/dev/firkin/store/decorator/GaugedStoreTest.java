package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class GaugedStoreTest extends ObjectStoreContract {
  private static final ObjectKey KEY = key("chunks/aa/1");
  private static final int MEBIBYTE = 1 << 20;

  private final ManualClock clock = new ManualClock();
  private final Line line = new Line(clock);
  private final FaultyStore faulty = new FaultyStore(new MemoryStore("test"));

  @Override
  protected ObjectStore openEmptyStore() {
    return new GaugedStore(new MemoryStore("test"), line);
  }

  /** Each put takes so long. */
  private GaugedStore taking(Duration each) {
    return new GaugedStore(
        new ForwardingStore(faulty) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            clock.advance(each);
            return super.put(key, body, condition);
          }
        },
        line,
        clock);
  }

  private boolean tooShort() {
    try (Line.Passage _ = line.passage(KEY, 0, true)) {
      return line.isTooShortFor(KEY, MEBIBYTE);
    }
  }

  @Test
  void notesHowLongAnObjectTakes() throws Exception {
    try (GaugedStore store = taking(Duration.ofSeconds(8))) {
      store.put(KEY, randomBytes(MEBIBYTE, 1), ALWAYS);
    }
    assertTrue(tooShort());
  }

  @Test
  void notesWhatDoesNotGetThrough() {
    faulty.failCall(1, When.BEFORE_THE_EFFECT, Failure.unavailable());
    try (GaugedStore store = taking(Duration.ofSeconds(3))) {
      assertThrows(
          StoreUnavailableException.class, () -> store.put(KEY, randomBytes(10, 1), ALWAYS));
    }
    assertTrue(tooShort());
  }

  /** The store has answered: that says nothing against the line. */
  @Test
  void anAnswerIsNoDrop() {
    faulty.failCall(1, When.BEFORE_THE_EFFECT, Failure.refused());
    faulty.failCall(2, When.BEFORE_THE_EFFECT, Failure.busy());
    try (GaugedStore store = taking(Duration.ofSeconds(3))) {
      assertThrows(StoreRefusedException.class, () -> store.put(KEY, randomBytes(10, 1), ALWAYS));
      assertThrows(
          StoreUnavailableException.class, () -> store.put(KEY, randomBytes(10, 1), ALWAYS));
    }
    assertFalse(tooShort());
  }

  /** As the program wraps it: who asked for so slow a pace has no slow line. */
  @Test
  void waitingForBandwidthIsNotSlow() throws Exception {
    OptionalLong limit = OptionalLong.of(100_000);
    try (ThrottledStore store =
        new ThrottledStore(taking(Duration.ofMillis(100)), limit, limit, clock)) {
      for (int i = 0; i < 3; i++) {
        store.put(KEY, randomBytes(MEBIBYTE, i), ALWAYS);
      }
    }
    assertEquals(3 * MEBIBYTE / 1e5, clock.nanos() / 1e9, 1);
    assertTrue(line.isWide());
  }
}
