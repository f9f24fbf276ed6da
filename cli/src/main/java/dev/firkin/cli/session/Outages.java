package dev.firkin.cli.session;

import dev.firkin.cli.text.Durations;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.OutageListener;
import java.time.Duration;

/** Tells the user that the store is away, and that it is back. */
final class Outages implements OutageListener {
  private final Console console;
  private final OutageListener next;

  Outages(Console console, OutageListener next) {
    this.console = console;
    this.next = next;
  }

  @Override
  public void unreachable(Duration since, StoreException why) {
    console.info(
        "firkin: the store cannot be reached since "
            + Durations.format(since)
            + " ("
            + Console.oneLine(String.valueOf(why.getMessage()))
            + "); retrying");
    next.unreachable(since, why);
  }

  @Override
  public void back(Duration outage) {
    console.info("firkin: the store is back after " + Durations.format(outage));
    next.back(outage);
  }
}
