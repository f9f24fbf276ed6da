package dev.firkin.cli.progress;

import java.util.List;

/** Puts parts into one line. */
final class ProgressLine {
  private static final String BETWEEN = "  ";

  private ProgressLine() {}

  /**
   * As many of the parts, from the first on, as fit.
   *
   * @param width of the terminal; its last column stays free, for some wrap there
   */
  static String fit(List<String> parts, int width) {
    StringBuilder line = new StringBuilder();
    for (String part : parts) {
      int wanted = length(line) + (line.isEmpty() ? 0 : BETWEEN.length()) + length(part);
      if (wanted > width - 1) {
        break;
      }
      line.append(line.isEmpty() ? "" : BETWEEN).append(part);
    }
    return line.isEmpty() && !parts.isEmpty() ? cut(parts.getFirst(), width - 1) : line.toString();
  }

  private static String cut(String text, int width) {
    int end = text.offsetByCodePoints(0, Math.min(length(text), Math.max(0, width)));
    return text.substring(0, end);
  }

  private static int length(CharSequence text) {
    return Character.codePointCount(text, 0, text.length());
  }
}
