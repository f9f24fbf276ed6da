package dev.firkin.retention;

/** For how long every snapshot is kept, however many there are. */
public sealed interface PreserveMin {
  /** For ever. */
  record All() implements PreserveMin {
    @Override
    public String toString() {
      return "all";
    }
  }

  /** Only the newest one. */
  record Latest() implements PreserveMin {
    @Override
    public String toString() {
      return "latest";
    }
  }

  /** None for this reason. */
  record No() implements PreserveMin {
    @Override
    public String toString() {
      return "no";
    }
  }

  /**
   * Those of the current period, and of so many before it.
   *
   * @param count at least 1
   */
  record Last(int count, Level level) implements PreserveMin {
    public Last {
      if (count < 1 || count == PolicyText.ALL) {
        throw new IllegalArgumentException("not a number of periods: " + count);
      }
    }

    @Override
    public String toString() {
      return new PolicyText(count, level).toString();
    }
  }

  /**
   * In the words of btrbk: {@code all}, {@code latest}, {@code no}, or such as {@code 2d}.
   *
   * @throws IllegalArgumentException if it is none; the message is for people
   */
  static PreserveMin parse(String text) {
    return switch (text) {
      case "all" -> new All();
      case "latest" -> new Latest();
      case "no" -> new No();
      default ->
          PolicyText.parse(text)
              .filter(word -> word.count() >= 1 && word.count() != PolicyText.ALL)
              .map(word -> new Last(word.count(), word.level()))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "\""
                          + text
                          + "\" is not all, latest, no, or a number with h, d, w, m or y, such as"
                          + " 2d"));
    };
  }
}
