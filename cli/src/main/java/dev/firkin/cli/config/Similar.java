package dev.firkin.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody may have meant. */
final class Similar {
  /** Longer words are no slips of a finger, and would take long to compare. */
  private static final int MOST_CHARS = 64;

  private Similar() {}

  /** The word that takes the fewest changes of single letters, where these are few. */
  static Optional<String> to(String written, Collection<String> words) {
    if (written.length() > MOST_CHARS) {
      return Optional.empty();
    }
    int most = Math.max(1, written.length() / 3);
    return words.stream()
        .filter(word -> distance(written, word) <= most)
        .min(Comparator.comparingInt(word -> distance(written, word)));
  }

  /** Of Levenshtein; two neighbours that changed places count as one change. */
  static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int changed = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(changed, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length()][b.length()];
  }
}
