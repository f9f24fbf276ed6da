package dev.firkin.cli.progress;

import dev.firkin.cli.text.Durations;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.OutageListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Since when the store cannot be reached, if it cannot. Safe for many threads. */
public final class OutageTimer implements OutageListener {
  private static final long NO_OUTAGE = Long.MIN_VALUE;

  private final AtomicLong sinceNanos = new AtomicLong(NO_OUTAGE);

  @Override
  public void unreachable(Duration since, StoreException why) {
    sinceNanos.set(System.nanoTime() - since.toNanos());
  }

  @Override
  public void back(Duration outage) {
    sinceNanos.set(NO_OUTAGE);
  }

  /** Whether there is an outage now. */
  boolean running() {
    return sinceNanos.get() != NO_OUTAGE;
  }

  /** What a progress line says of it. */
  Optional<String> words() {
    long since = sinceNanos.get();
    return since == NO_OUTAGE
        ? Optional.empty()
        : Optional.of(
            "store unreachable for "
                + Durations.format(Duration.ofNanos(System.nanoTime() - since))
                + ", retrying");
  }
}
