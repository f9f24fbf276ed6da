package dev.firkin.repository;

import dev.firkin.FirkinException;

/** Another may be at work: this process was asleep, or cut off, for longer than a lease lives. */
public final class LeaseLostException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public LeaseLostException() {
    super(
        "the lease was lost, as this host was asleep or cut off for too long; nothing more was"
            + " done",
        "run the same command again: it goes on from there",
        null);
  }
}
