package dev.firkin.cli.session;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time in which a run may work.
 *
 * @param end none where it may work as long as it takes
 */
public record Window(Optional<Instant> end) {
  /** By the clock on the wall, which goes on while a machine sleeps; so it is looked at. */
  private static final Duration EVERY = Duration.ofMillis(500);

  private static final Duration OVERTIME = Duration.ofMinutes(3);

  /**
   * As options say it.
   *
   * @param length from now
   * @param until a time of day, {@code HH:MM}: the next time that the clock shows it
   */
  public static Window of(Optional<Duration> length, Optional<String> until, ZonedDateTime now)
      throws UsageException {
    if (length.isPresent() && until.isPresent()) {
      throw new UsageException("--for and --until contradict each other", "use one of the two");
    }
    if (until.isPresent()) {
      return new Window(Optional.of(next(until.get(), now).toInstant()));
    }
    return new Window(
        length
            .filter(l -> l.compareTo(Duration.ofDays(36_500)) < 0)
            .map(l -> now.toInstant().plus(l)));
  }

  private static ZonedDateTime next(String timeOfDay, ZonedDateTime now) throws UsageException {
    try {
      LocalTime time = LocalTime.parse(timeOfDay);
      ZonedDateTime today = now.with(time);
      return today.isAfter(now) ? today : now.plusDays(1).with(time);
    } catch (DateTimeParseException e) {
      throw new UsageException(
          "--until " + timeOfDay + " is no time of day", "write it as 06:00 or 23:30");
    }
  }

  /** Whether it is over. */
  public boolean isOver() {
    return end.isPresent() && !Instant.now().isBefore(end.get());
  }

  /** Until it is closed, waits for the end of the window, and tells of it once. */
  public Watch watch(Runnable over) {
    return end.isEmpty() ? () -> {} : watch(end.get(), over);
  }

  /**
   * Until it is closed, interrupts this thread when the window has been over for longer than a push
   * that was told so may take: whatever hangs then, hangs on a store that is not there.
   */
  public Watch enforce() {
    Thread thread = Thread.currentThread();
    return end.isEmpty() ? () -> {} : watch(end.get().plus(OVERTIME), thread::interrupt);
  }

  private static Watch watch(Instant end, Runnable over) {
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("firkin-window").factory());
    var _ =
        clock.scheduleWithFixedDelay(
            () -> {
              if (!Instant.now().isBefore(end)) {
                over.run();
                clock.shutdown();
              }
            },
            0,
            EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
    return clock::shutdownNow;
  }

  /** Somebody who looks at the clock. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
