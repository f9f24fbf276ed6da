package dev.firkin.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pattern, cut into what matches one character and what matches any number. What stands in braces
 * makes several of one.
 */
final class Glob {
  private static final int SLASH = '/';

  /** What has a meaning of its own. */
  private static final String META = "\\*?[]{}";

  private static final Piece STAR = new Piece(true, List.of());

  private record Range(int from, int to) {
    boolean meets(Range other) {
      return from <= other.to && other.from <= to;
    }
  }

  /**
   * One of these characters.
   *
   * @param star any number of any characters, instead
   */
  private record Piece(boolean star, List<Range> ranges) {
    static Piece of(List<Range> ranges) {
      return new Piece(false, List.copyOf(ranges));
    }

    boolean matches(int character) {
      return ranges.stream().anyMatch(r -> r.from <= character && character <= r.to);
    }

    boolean meets(Piece other) {
      return ranges.stream().anyMatch(a -> other.ranges.stream().anyMatch(a::meets));
    }
  }

  /** Of all that the braces of a pattern make. */
  private static final int MOST_BRANCHES = 64;

  private final List<Piece> pieces;

  private Glob(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /**
   * All that the braces make.
   *
   * @throws IllegalArgumentException if a class or a brace has no end or no sense
   */
  static List<Glob> parse(String text) {
    int[] characters = text.codePoints().toArray();
    List<List<Piece>> before = new ArrayList<>(List.of(List.of()));
    List<List<Piece>> within = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    boolean braces = false;
    int at = 0;
    while (at < characters.length) {
      int c = characters[at];
      if (c == '{' && !braces) {
        before = joined(before, List.of(List.copyOf(pieces)));
        pieces.clear();
        braces = true;
      } else if ((c == ',' || c == '}') && braces) {
        within.add(List.copyOf(pieces));
        pieces.clear();
        if (c == '}') {
          before = joined(before, within);
          within.clear();
          braces = false;
        }
      } else if ((c == '{' || c == SLASH) && braces) {
        throw new IllegalArgumentException("'" + text + "' has braces that make no sense");
      } else {
        at = addPiece(characters, at, text, pieces);
      }
      at++;
    }
    if (braces) {
      throw new IllegalArgumentException("'" + text + "' has a { without its }");
    }
    return joined(before, List.of(pieces)).stream().map(Glob::new).toList();
  }

  private static List<List<Piece>> joined(List<List<Piece>> heads, List<List<Piece>> tails) {
    List<List<Piece>> joined = new ArrayList<>();
    for (List<Piece> head : heads) {
      for (List<Piece> tail : tails) {
        joined.add(Stream.concat(head.stream(), tail.stream()).toList());
      }
    }
    if (joined.size() > MOST_BRANCHES) {
      throw new IllegalArgumentException("a pattern whose braces stand for too many");
    }
    return joined;
  }

  /** Returns where it ends. */
  private static int addPiece(int[] characters, int at, String text, List<Piece> pieces) {
    int c = characters[at];
    if (c == '[') {
      return addClass(characters, at, text, pieces);
    }
    if (c == '\\' && at + 1 == characters.length) {
      throw new IllegalArgumentException("'" + text + "' ends with a backslash");
    }
    int end = c == '\\' ? at + 1 : at;
    if (c == '*') {
      pieces.add(STAR);
    } else if (c == '?') {
      pieces.add(Piece.of(without(List.of(new Range(SLASH, SLASH)))));
    } else {
      pieces.add(Piece.of(List.of(new Range(characters[end], characters[end]))));
    }
    return end;
  }

  /** Returns where the class ends. */
  private static int addClass(int[] characters, int begin, String text, List<Piece> pieces) {
    int at = begin + 1;
    boolean negated = at < characters.length && (characters[at] == '!' || characters[at] == '^');
    at += negated ? 1 : 0;
    List<Range> ranges = new ArrayList<>();
    int first = at;
    while (at < characters.length && (characters[at] != ']' || at == first)) {
      boolean range =
          at + 2 < characters.length && characters[at + 1] == '-' && characters[at + 2] != ']';
      int to = characters[range ? at + 2 : at];
      if (to < characters[at] || (characters[at] <= SLASH && SLASH <= to)) {
        throw new IllegalArgumentException("'" + text + "' has a class that makes no sense");
      }
      ranges.add(new Range(characters[at], to));
      at += range ? 3 : 1;
    }
    if (at >= characters.length) {
      throw new IllegalArgumentException("'" + text + "' has a [ without its ]");
    }
    if (negated) {
      ranges.add(new Range(SLASH, SLASH));
    }
    pieces.add(Piece.of(negated ? without(ranges) : ranges));
    return at;
  }

  private static List<Range> without(List<Range> ranges) {
    List<Range> rest = List.of(new Range(0, Character.MAX_CODE_POINT));
    for (Range gone : ranges) {
      List<Range> left = new ArrayList<>();
      for (Range range : rest) {
        if (!range.meets(gone)) {
          left.add(range);
          continue;
        }
        if (range.from < gone.from) {
          left.add(new Range(range.from, gone.from - 1));
        }
        if (gone.to < range.to) {
          left.add(new Range(gone.to + 1, range.to));
        }
      }
      rest = left;
    }
    return rest;
  }

  /** A pattern of this text alone. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder();
    text.codePoints()
        .forEach(c -> quoted.append(META.indexOf(c) >= 0 ? "\\" : "").appendCodePoint(c));
    return quoted.toString();
  }

  static boolean anyMatches(List<Glob> globs, String text) {
    return globs.stream().anyMatch(glob -> glob.matches(text));
  }

  static boolean anyOverlaps(List<Glob> some, List<Glob> others) {
    return some.stream().anyMatch(one -> others.stream().anyMatch(one::overlaps));
  }

  private boolean matches(String text) {
    int[] characters = text.codePoints().toArray();
    boolean[] reached = new boolean[pieces.size() + 1];
    reached[0] = true;
    skipStars(reached);
    for (int character : characters) {
      boolean[] next = new boolean[pieces.size() + 1];
      for (int i = 0; i < pieces.size(); i++) {
        if (reached[i] && pieces.get(i).star) {
          next[i] |= character != SLASH;
        } else if (reached[i]) {
          next[i + 1] |= pieces.get(i).matches(character);
        }
      }
      skipStars(next);
      reached = next;
    }
    return reached[pieces.size()];
  }

  /** A star may stand for nothing. */
  private void skipStars(boolean[] reached) {
    for (int i = 0; i < pieces.size(); i++) {
      reached[i + 1] |= reached[i] && pieces.get(i).star;
    }
  }

  /** Whether any text matches both: from the end, whether the rests of both meet. */
  private boolean overlaps(Glob other) {
    int rows = pieces.size();
    int columns = other.pieces.size();
    boolean[][] meet = new boolean[rows + 1][columns + 1];
    for (int i = rows; i >= 0; i--) {
      for (int j = columns; j >= 0; j--) {
        if (i == rows && j == columns) {
          meet[i][j] = true;
          continue;
        }
        boolean star = i < rows && pieces.get(i).star;
        boolean otherStar = j < columns && other.pieces.get(j).star;
        meet[i][j] =
            (star && meet[i + 1][j])
                || (otherStar && meet[i][j + 1])
                || (star && j < columns && !isSlash(other.pieces.get(j)) && meet[i][j + 1])
                || (otherStar && i < rows && !isSlash(pieces.get(i)) && meet[i + 1][j])
                || (i < rows
                    && j < columns
                    && pieces.get(i).meets(other.pieces.get(j))
                    && meet[i + 1][j + 1]);
      }
    }
    return meet[0][0];
  }

  /** Only a slash matches a slash. */
  private static boolean isSlash(Piece piece) {
    return piece.matches(SLASH);
  }
}
