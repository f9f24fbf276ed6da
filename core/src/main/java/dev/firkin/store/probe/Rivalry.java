package dev.firkin.store.probe;

/**
 * How a store decided between writers that came at once, each under a condition that only one of
 * them can meet.
 *
 * @param rounds so often
 * @param rivals so many in each
 * @param wrong rounds in which not exactly one was told that it has written
 */
public record Rivalry(int rounds, int rivals, int wrong) {
  /** Whether exactly one won, each time. */
  public boolean fair() {
    return wrong == 0;
  }
}
