package dev.firkin.retention;

import java.util.Optional;

/**
 * Whether a snapshot is kept.
 *
 * @param kept why; empty where nothing keeps it
 */
public record Verdict<T>(T snapshot, Optional<Reason> kept) {
  /** Why a snapshot is kept. */
  public sealed interface Reason {
    /** The newest is never dropped. */
    record Newest() implements Reason {
      @Override
      public String toString() {
        return "the newest";
      }
    }

    /** Everything of this age is kept. */
    record Young(PreserveMin min) implements Reason {
      @Override
      public String toString() {
        return min instanceof PreserveMin.All
            ? "everything is kept"
            : "everything is kept for " + min;
      }
    }

    /**
     * The first of a period.
     *
     * @param back how many periods ago
     */
    record First(Level level, long back) implements Reason {
      @Override
      public String toString() {
        return "first of the "
            + level.period()
            + switch ((int) Math.min(back, 2)) {
              case 0 -> "";
              case 1 -> ", 1 " + level.period() + " ago";
              default -> ", " + back + " " + level.period() + "s ago";
            };
      }
    }

    /** It was taken after now: a clock is wrong, and nothing is dropped on doubt. */
    record Future() implements Reason {
      @Override
      public String toString() {
        return "taken in the future: a clock is wrong";
      }
    }

    /** Somebody said so. */
    record Tagged() implements Reason {
      @Override
      public String toString() {
        return "marked to be kept";
      }
    }

    /** What is kept cannot be had without it. */
    record Needed(String by) implements Reason {
      @Override
      public String toString() {
        return "needed by " + by;
      }
    }
  }

  public boolean isKept() {
    return kept.isPresent();
  }
}
