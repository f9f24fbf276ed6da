package dev.firkin.retention;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How many periods back the first snapshot of each is kept.
 *
 * @param back by level; a level that is not there keeps none
 */
public record Preserve(Map<Level, Integer> back) {
  /** None for this reason. */
  public static final Preserve NO = new Preserve(Map.of());

  public Preserve {
    if (back.values().stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("a negative number of periods: " + back);
    }
    EnumMap<Level, Integer> copy = new EnumMap<>(Level.class);
    copy.putAll(back);
    back = Collections.unmodifiableMap(copy);
  }

  /**
   * As {@link #toString()} writes it: {@code no}, or words such as {@code 14d 4w *m}.
   *
   * @throws IllegalArgumentException if it is none; the message is for people
   */
  public static Preserve parse(String text) {
    if (text.equals("no")) {
      return NO;
    }
    Map<Level, Integer> back = new EnumMap<>(Level.class);
    for (String word : text.strip().split("\\s+", -1)) {
      PolicyText parsed =
          PolicyText.parse(word)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "\""
                          + word
                          + "\" is not a number, or *, with h, d, w, m or y, such as in 14d 4w 6m"
                          + " *y"));
      if (back.put(parsed.level(), parsed.count()) != null) {
        throw new IllegalArgumentException(
            "\"" + word + "\" is the second with " + parsed.level().letter());
      }
    }
    return new Preserve(back);
  }

  /** The coarsest level that keeps anything. */
  public Optional<Level> coarsest() {
    return back.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(Map.Entry::getKey)
        .reduce((finer, coarser) -> coarser);
  }

  /** Whether the first snapshot of a period is kept for being that. */
  boolean keeps(Level level, long periodsBack) {
    Integer most = back.get(level);
    return most != null && most > 0 && periodsBack <= most;
  }

  @Override
  public String toString() {
    return back.isEmpty()
        ? "no"
        : back.entrySet().stream()
            .map(entry -> new PolicyText(entry.getValue(), entry.getKey()).toString())
            .collect(Collectors.joining(" "));
  }
}
