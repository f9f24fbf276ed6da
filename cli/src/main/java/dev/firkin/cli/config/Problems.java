package dev.firkin.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The mistakes found so far. */
final class Problems {
  private static final int MOST_CHARS = 60;

  private final KeyLines lines;
  private final List<ConfigProblem> found = new ArrayList<>();

  Problems(KeyLines lines) {
    this.lines = lines;
  }

  /**
   * @param path of the key it is about; none for the whole file
   */
  void add(List<String> path, String text, Optional<String> hint) {
    found.add(new ConfigProblem(lines.of(path), text, hint));
  }

  /** By line; those of the whole file last. */
  List<ConfigProblem> all() {
    return found.stream()
        .sorted(Comparator.comparingInt(p -> p.line().orElse(Integer.MAX_VALUE)))
        .toList();
  }

  /** What somebody wrote, so that it fits into a line. */
  static String shortened(String text) {
    String printable = text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    return printable.length() <= MOST_CHARS ? printable : printable.substring(0, MOST_CHARS) + "…";
  }
}
