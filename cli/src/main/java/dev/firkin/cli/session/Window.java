package dev.firkin.cli.session;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time in which a run may work. A length is a length, whatever is done to the clock on the
 * wall; a time of day is what that clock shows, also after it was set right. Thread-safe.
 */
public final class Window {
  /** Machines sleep and clocks are set; so they are looked at. */
  private static final Duration EVERY = Duration.ofMillis(500);

  private static final Duration OVERTIME = Duration.ofMinutes(3);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration ENDLESS = Duration.ofDays(36_500);

  private final HostClock clock;
  private final Optional<End> end;
  private Optional<Duration> overSince = Optional.empty();

  private Window(HostClock clock, Optional<End> end) {
    this.clock = clock;
    this.end = end;
  }

  /** Looked at from time to time. */
  private interface End {
    boolean isReached();
  }

  /**
   * As options say it.
   *
   * @param length from now
   * @param until a time of day, {@code HH:MM}: the next time that the clock shows it
   */
  public static Window of(
      Optional<Duration> length, Optional<String> until, HostClock clock, ZoneId zone)
      throws UsageException {
    if (length.isPresent() && until.isPresent()) {
      throw new UsageException("--for and --until contradict each other", "use one of the two");
    }
    if (until.isPresent()) {
      return new Window(clock, Optional.of(new TimeOfDay(parse(until.get()), clock, zone)));
    }
    Duration start = clock.steady();
    return new Window(
        clock,
        length
            .filter(l -> l.compareTo(ENDLESS) < 0)
            .map(l -> () -> clock.steady().minus(start).compareTo(l) >= 0));
  }

  private static LocalTime parse(String timeOfDay) throws UsageException {
    try {
      return LocalTime.parse(timeOfDay);
    } catch (DateTimeParseException e) {
      throw new UsageException(
          "--until " + timeOfDay + " is no time of day", "write it as 06:00 or 23:30");
    }
  }

  /** The next time that the clock on the wall shows it. */
  private static final class TimeOfDay implements End {
    private final LocalTime time;
    private final HostClock clock;
    private final ZoneId zone;
    private Instant seen;
    private Duration seenSteady;
    private Instant at;

    TimeOfDay(LocalTime time, HostClock clock, ZoneId zone) {
      this.time = time;
      this.clock = clock;
      this.zone = zone;
      this.seen = clock.wall();
      this.seenSteady = clock.steady();
      this.at = nextAfter(seen);
    }

    private Instant nextAfter(Instant instant) {
      ZonedDateTime now = instant.atZone(zone);
      ZonedDateTime today = now.with(time);
      return (today.isAfter(now) ? today : now.plusDays(1).with(time)).toInstant();
    }

    @Override
    public boolean isReached() {
      Instant now = clock.wall();
      Duration steady = clock.steady();
      Duration set = Duration.between(seen, now).minus(steady.minus(seenSteady));
      seen = now;
      seenSteady = steady;
      // Set back, or forwards by days, as where a machine without a battery learns the date: the
      // day was wrong. Set forwards by less, past the time: then it has shown it.
      if (set.compareTo(OVERTIME.negated()) < 0 || set.compareTo(DAY) > 0) {
        at = nextAfter(now);
      }
      return !now.isBefore(at);
    }
  }

  /** Whether it is over. Once it is, it stays so. */
  public boolean isOver() {
    return overFor().isPresent();
  }

  /** For how long it has been over, as far as was looked. */
  private synchronized Optional<Duration> overFor() {
    if (overSince.isEmpty() && end.isPresent() && end.get().isReached()) {
      overSince = Optional.of(clock.steady());
    }
    return overSince.map(since -> clock.steady().minus(since));
  }

  /** Until it is closed, waits for the end of the window, and tells of it once. */
  public Watch watch(Runnable over) {
    return watch(Duration.ZERO, over);
  }

  /**
   * Until it is closed, interrupts this thread when the window has been over for longer than a push
   * that was told so may take: whatever hangs then, hangs on a store that is not there.
   */
  public Watch enforce() {
    return watch(OVERTIME, Thread.currentThread()::interrupt);
  }

  private Watch watch(Duration overtime, Runnable action) {
    if (end.isEmpty()) {
      return () -> {};
    }
    ScheduledExecutorService looking =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("firkin-window").factory());
    var _ =
        looking.scheduleWithFixedDelay(
            () -> {
              if (overFor().filter(d -> d.compareTo(overtime) >= 0).isPresent()) {
                action.run();
                looking.shutdown();
              }
            },
            0,
            EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
    return looking::shutdownNow;
  }

  /** Somebody who looks at the clock. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
