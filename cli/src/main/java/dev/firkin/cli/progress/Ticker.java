package dev.firkin.cli.progress;

import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.systemd.Notify;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Shows a meter until it is closed, in the way that suits who is looking. */
public final class Ticker implements AutoCloseable {
  /** How often the service manager is told, if one listens. */
  private static final Duration STATUS = Duration.ofSeconds(5);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Console console;
  private final Meter meter;
  private final Notify notify;

  private Ticker(Console console, Meter meter, Notify notify) {
    this.console = console;
    this.meter = meter;
    this.notify = notify;
  }

  /** Who is looking. */
  public enum Audience {
    /** Nobody: {@code --quiet}. */
    NOBODY(Duration.ZERO),
    /** A person at a terminal. */
    TERMINAL(Duration.ofMillis(500)),
    /** A file or a journal. */
    LOG(Duration.ofSeconds(30)),
    /** A program. */
    PROGRAM(Duration.ofSeconds(1));

    private final Duration every;

    Audience(Duration every) {
      this.every = every;
    }

    /** Of a run. */
    public static Audience of(Session session) {
      if (session.options().json()) {
        return PROGRAM;
      }
      if (session.options().quiet()) {
        return NOBODY;
      }
      return session.host().terminals().stderr() ? TERMINAL : LOG;
    }
  }

  /** Begins to show a meter. */
  public static Ticker start(Session session, Meter meter) {
    Ticker ticker = new Ticker(session.console(), meter, Notify.of(session.host()));
    Audience audience = Audience.of(session);
    if (audience != Audience.NOBODY || ticker.notify.isHeard()) {
      TerminalWidth width = new TerminalWidth(session.host());
      Thread.ofPlatform().daemon().name("firkin-progress").start(() -> ticker.run(audience, width));
    }
    return ticker;
  }

  private void run(Audience audience, TerminalWidth width) {
    try {
      meter.sample();
      Duration each = audience.every;
      if (notify.isHeard() && (each.isZero() || each.compareTo(STATUS) > 0)) {
        each = STATUS;
      }
      long shown = System.nanoTime();
      while (!closed.await(each.toMillis(), TimeUnit.MILLISECONDS)) {
        meter.sample();
        notify.status(String.join(", ", meter.parts()));
        long now = System.nanoTime();
        // By half a turn, for no turn is quite as long as the others.
        if (now - shown > audience.every.minus(each.dividedBy(2)).toNanos()) {
          shown = now;
          show(audience, width);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(Audience audience, TerminalWidth width) throws InterruptedException {
    switch (audience) {
      case TERMINAL -> {
        String line = ProgressLine.fit(meter.parts(), width.columns());
        synchronized (this) {
          if (closed.getCount() > 0) {
            console.status(line);
          }
        }
      }
      case LOG -> console.info(String.join(", ", meter.parts()));
      case PROGRAM -> {
        synchronized (this) {
          if (closed.getCount() > 0) {
            console.json(meter.json());
          }
        }
      }
      case NOBODY -> {}
    }
  }

  /** Nothing is shown after the return. */
  @Override
  public synchronized void close() {
    closed.countDown();
    console.clearStatus();
  }
}
