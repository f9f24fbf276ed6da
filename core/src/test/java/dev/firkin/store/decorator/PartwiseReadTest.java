package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects come through a line that drops before the whole of one would. */
@Timeout(60)
final class PartwiseReadTest {
  private static final ObjectKey KEY = ObjectKey.of("chunks/aa/1");
  private static final int BYTES = 4 << 20;
  private static final long ONE_MBIT = 125_000;
  private static final Duration LIFE = Duration.ofSeconds(7);

  private final MemoryStore memory = new MemoryStore("test");
  private final ManualClock clock = new ManualClock();
  private final ByteBuffer body = bytes(1);

  private static ByteBuffer bytes(long seed) {
    byte[] bytes = new byte[BYTES];
    new Random(seed).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @BeforeEach
  void put() {
    memory.put(KEY, body, PutCondition.always());
  }

  /** A line that is cut after so much time of carrying, and is back at once. */
  private class ShortLine extends ForwardingStore {
    private long upNanos;
    private long carried;
    private int wholeReads;
    private int parts;
    private OptionalInt crc = OptionalInt.empty();

    ShortLine() {
      super(memory);
    }

    private void carry(long bytes) throws StoreException {
      long nanos = bytes * 1_000_000_000L / ONE_MBIT;
      long left = LIFE.toNanos() - upNanos;
      clock.advance(Duration.ofNanos(Math.min(nanos, left)));
      if (nanos > left) {
        upNanos = 0;
        carried += left * ONE_MBIT / 1_000_000_000L;
        throw new StoreUnavailableException(location(), KEY, "the line was cut", null, null);
      }
      upNanos += nanos;
      carried += bytes;
    }

    @Override
    public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
      wholeReads++;
      StoredObject object = super.get(key, maxBytes);
      carry(object.body().remaining());
      return object;
    }

    @Override
    public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
        throws StoreException {
      parts++;
      Optional<ObjectPart> part = super.getPart(key, from, bytes, of);
      if (part.isPresent()) {
        carry(part.get().body().remaining());
      }
      return part.map(p -> new ObjectPart(p.body(), p.objectBytes(), p.version(), crc));
    }
  }

  private RetryingStore retrying(ShortLine line) {
    return new RetryingStore(
        line, RetryPolicy.forever(), OutageListener.silent(), clock, new Random(1));
  }

  @Test
  void anObjectThatTakesLongerThanTheLineLivesComesThrough() throws Exception {
    ShortLine line = new ShortLine();
    RetryingStore store = retrying(line);

    assertEquals(body, store.get(KEY, BYTES).body());
    assertEquals(1, line.wholeReads);
    assertTrue(line.carried < 1.5 * BYTES, line.carried + " bytes");

    assertEquals(body, store.get(KEY, BYTES).body());
    assertEquals(1, line.wholeReads, "the next one is not tried as a whole");
    clock.advance(Duration.ofHours(2));
    assertEquals(body, store.get(KEY, BYTES).body());
    assertEquals(2, line.wholeReads, "for an hour");
  }

  /** What fails at once was not under way. */
  @Test
  void aRefusedConnectionIsNoReasonForParts() throws Exception {
    ShortLine line =
        failingOnce(
            Duration.ZERO,
            new StoreUnavailableException("test", KEY, "connection refused", null, null));
    assertEquals(body, retrying(line).get(KEY, BYTES).body());
    assertEquals(0, line.parts);
  }

  /** However long it has thought about its answer. */
  @Test
  void aBusyStoreIsNoReasonForParts() throws Exception {
    ShortLine line =
        failingOnce(LIFE, StoreUnavailableException.answered("test", KEY, "slow down", null));
    assertEquals(body, retrying(line).get(KEY, BYTES).body());
    assertEquals(0, line.parts);
  }

  private ShortLine failingOnce(Duration after, StoreException failure) {
    return new ShortLine() {
      private boolean failed;

      @Override
      public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
        if (!failed) {
          failed = true;
          clock.advance(after);
          throw failure;
        }
        return memory.get(key, maxBytes);
      }
    };
  }

  /** Overwritten in the middle: nothing of the old one is in the new one. */
  @Test
  void versionsAreNotMixed() throws Exception {
    ByteBuffer other = bytes(2);
    ShortLine line =
        new ShortLine() {
          private int parts;

          @Override
          public Optional<ObjectPart> getPart(
              ObjectKey key, long from, int bytes, Optional<Version> of) throws StoreException {
            if (++parts == 6) {
              memory.put(KEY, other, PutCondition.always());
            }
            return super.getPart(key, from, bytes, of);
          }
        };
    assertEquals(other, retrying(line).get(KEY, BYTES).body());
  }

  @Test
  void theWholeIsChecked() {
    ShortLine line = new ShortLine();
    line.crc = OptionalInt.of(1);
    assertThrows(ObjectDamagedException.class, () -> retrying(line).get(KEY, BYTES));
  }

  @Test
  void whatIsTooLargeIsNotRead() {
    ShortLine line =
        new ShortLine() {
          @Override
          public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
            clock.advance(LIFE);
            throw new StoreUnavailableException(location(), key, "the line was cut", null, null);
          }
        };
    assertThrows(ObjectTooLargeException.class, () -> retrying(line).get(KEY, BYTES - 1));
    assertEquals(1, line.parts);
  }

  /** Where the line is better than it was thought to be, parts grow. */
  @Test
  void partsGrowWithTheLine() {
    ReadSteps steps = new ReadSteps(clock);
    int first = steps.bytes();
    for (int i = 0; i < 3; i++) {
      note(steps, steps.bytes(), Duration.ofMillis(300));
    }
    assertEquals(8 * first, steps.bytes());
    note(steps, 1_000, Duration.ofMillis(1));
    assertEquals(8 * first, steps.bytes(), "small ones tell nothing");
    note(steps, steps.bytes(), Duration.ofSeconds(6));
    assertEquals(4 * first, steps.bytes());
  }

  private void note(ReadSteps steps, int bytes, Duration took) {
    try {
      var _ =
          steps.noting(
              () -> {
                clock.advance(took);
                return bytes;
              },
              Integer::intValue);
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }
}
