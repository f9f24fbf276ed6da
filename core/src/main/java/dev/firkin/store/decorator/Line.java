package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the objects that were put have told of the line to the store: how fast it is, and whether it
 * drops while they are under way. {@link GaugedStore} notes it; who puts objects that could be sent
 * in pieces asks. Safe for many threads.
 *
 * <p>An object is too large for a line that was never seen to drop where it would take five seconds
 * with the line to itself: so the first cut costs no more than these. On a line that does drop two
 * seconds are too long, beside whatever else is under way.
 */
public final class Line {
  /** What takes longer is in danger, should the line turn out to be one that drops. */
  private static final double LONG_SECONDS = 5;

  /** What takes longer is in danger on a line that drops. */
  private static final double LONG_SECONDS_WHERE_IT_DROPS = 2;

  private static final Duration SLOW_WHERE_IT_DROPS = Duration.ofSeconds(3);

  /** What fails sooner was refused, or never got out: that is no drop. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(1);

  /** So long after it has dropped, a line counts as one that does. */
  private static final Duration CAUTION = Duration.ofHours(1);

  /** To send less than this once more is no loss. */
  private static final double WIDE_BYTES_PER_SECOND = 512 << 10;

  /**
   * What is smaller tells how fast the store answers, and little of the line; but no line is slower
   * than what it has carried.
   */
  private static final int TELLING_BYTES = 128 << 10;

  private static final int LEAST_TELLING_BYTES = 16 << 10;

  /** How much the latest object counts. */
  private static final double SHARE_OF_LATEST = 0.3;

  private final WaitingClock clock;
  private final boolean knownToBeWide;
  private final Map<ObjectKey, Passing> passing = new ConcurrentHashMap<>();
  private final HeldTurns held = new HeldTurns();

  // All guarded by this. Of one object, with those beside it; 0 as long as it is not known.
  private double bytesPerSecond;
  // Of all that are under way together.
  private double lineBytesPerSecond;
  private boolean drops;
  private long droppedNanos;

  /** A line of which nothing is known. */
  public Line() {
    this(WaitingClock.system(), false);
  }

  /** As the other constructor, for tests. */
  public Line(WaitingClock clock) {
    this(clock, false);
  }

  private Line(WaitingClock clock, boolean knownToBeWide) {
    this.clock = clock;
    this.knownToBeWide = knownToBeWide;
  }

  /** A line of which nobody is told anything, and so nothing bad. */
  public static Line wide() {
    return new Line(WaitingClock.system(), true);
  }

  /** As long as it is open, it is known what an object that is put is among others. */
  public interface Passage extends AutoCloseable {
    @Override
    void close();
  }

  private record Passing(long turn, boolean divisible) {}

  /**
   * Tells of an object that is about to be put.
   *
   * @param turn of the objects that wait for the line, that with the lowest goes first
   * @param divisible whether it could be sent in smaller ones instead: putting it may then end with
   *     a {@link LineTooShortException}
   */
  public Passage passage(ObjectKey key, long turn, boolean divisible) {
    passing.put(key, new Passing(turn, divisible));
    return () -> passing.remove(key);
  }

  /**
   * Keeps a place for what goes in several objects, one after the other: in between none of a later
   * turn is begun where there is not room for both. Whoever waits for another meanwhile must {@link
   * Hold#aside step aside}, for that one may be waiting behind it.
   */
  public Hold hold(long turn) {
    return new Hold(turn);
  }

  /** A place that is kept until it is closed. For one thread. */
  public final class Hold implements AutoCloseable {
    private final long turn;

    private Hold(long turn) {
      this.turn = turn;
      held.hold(turn);
    }

    /** Gives the place up until the return value is closed. */
    public Passage aside() {
      held.release(turn);
      return () -> held.hold(turn);
    }

    @Override
    public void close() {
      held.release(turn);
    }
  }

  HeldTurns held() {
    return held;
  }

  /** Those of which nothing was told come last. */
  long turnOf(ObjectKey key) {
    Passing told = passing.get(key);
    return told == null ? Long.MAX_VALUE : told.turn();
  }

  /** Whether so much goes through that nothing is gained by looking for pieces of it. */
  public synchronized boolean isWide() {
    return knownToBeWide || (!isCautious() && bytesPerSecond > WIDE_BYTES_PER_SECOND);
  }

  /** Whether this object should be sent in smaller ones. */
  boolean isTooShortFor(ObjectKey key, int bytes) {
    Passing told = passing.get(key);
    return told != null && told.divisible() && isTooShortFor(bytes);
  }

  private synchronized boolean isTooShortFor(int bytes) {
    if (knownToBeWide) {
      return false;
    }
    if (bytesPerSecond == 0) {
      return isCautious();
    }
    return isCautious()
        ? bytes / bytesPerSecond > LONG_SECONDS_WHERE_IT_DROPS
        : bytes / lineBytesPerSecond > LONG_SECONDS;
  }

  /**
   * An object has come through.
   *
   * @param atOnce how many had the line in that time, on average, this one included
   */
  synchronized void carried(int bytes, Duration took, double atOnce) {
    double latest = bytes / Math.max(1e-3, took.toNanos() / 1e9);
    if (bytes >= TELLING_BYTES || (bytes >= LEAST_TELLING_BYTES && latest > bytesPerSecond)) {
      bytesPerSecond = averaged(bytesPerSecond, latest);
      lineBytesPerSecond = averaged(lineBytesPerSecond, latest * atOnce);
    }
  }

  private static double averaged(double before, double latest) {
    return before == 0 ? latest : SHARE_OF_LATEST * latest + (1 - SHARE_OF_LATEST) * before;
  }

  /** An object did not come through, after so long a time. */
  synchronized void dropped(Duration after) {
    if (after.compareTo(UNDER_WAY) >= 0) {
      drops = true;
      droppedNanos = clock.nanos();
    }
  }

  /** What takes longer has too many beside it: all that is under way is lost by a cut. */
  synchronized Duration slow() {
    return isCautious() ? SLOW_WHERE_IT_DROPS : Pace.SLOW;
  }

  private boolean isCautious() {
    return drops && clock.nanos() - droppedNanos < CAUTION.toNanos();
  }
}
