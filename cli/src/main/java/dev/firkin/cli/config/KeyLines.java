package dev.firkin.cli.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * In which line each key stands, which the library does not tell. Goes through text that the
 * library has read, so it looks for the ends of keys and values and checks nothing.
 */
final class KeyLines {
  /** No key of ours lies deeper. */
  private static final int MAX_DEPTH = 6;

  private final Map<List<String>, Integer> lines = new HashMap<>();
  private final String text;
  private int at;
  private int line = 1;

  private KeyLines(String text) {
    this.text = text;
  }

  static KeyLines of(String toml) {
    KeyLines lines = new KeyLines(toml);
    lines.scan();
    return lines;
  }

  /** Of a key, else of the table that it would stand in; empty for one that is nowhere. */
  OptionalInt of(List<String> path) {
    for (int length = Math.min(path.size(), MAX_DEPTH); length > 0; length--) {
      Integer found = lines.get(path.subList(0, length));
      if (found != null) {
        return OptionalInt.of(found);
      }
    }
    return OptionalInt.empty();
  }

  private void scan() {
    List<String> table = List.of();
    skipBlank();
    while (at < text.length()) {
      if (here('[')) {
        skip(text.startsWith("[[", at) ? 2 : 1);
        table = key(List.of(), true);
        while (here(']')) {
          skip(1);
        }
      } else {
        keyAndValue(table);
      }
      skipBlank();
    }
  }

  private void keyAndValue(List<String> table) {
    List<String> path = key(table, false);
    skipBlank();
    skip(1); // =
    skipBlank();
    value(path);
  }

  /**
   * Notes where it stands, and where the tables are that it makes.
   *
   * @param heading whether the last part is a table: the line of its heading is the best one
   */
  private List<String> key(List<String> table, boolean heading) {
    List<String> path = new ArrayList<>(table);
    int begun = line;
    while (true) {
      skipBlank();
      path.add(part());
      if (path.size() <= MAX_DEPTH) {
        lines.putIfAbsent(List.copyOf(path), begun);
      }
      skipBlank();
      if (!here('.')) {
        break;
      }
      skip(1);
    }
    if (heading && path.size() <= MAX_DEPTH) {
      lines.put(List.copyOf(path), begun);
    }
    return path.size() <= MAX_DEPTH ? List.copyOf(path) : List.copyOf(path.subList(0, MAX_DEPTH));
  }

  private String part() {
    int begin = at;
    if (here('"') || here('\'')) {
      quoted();
      return TomlText.unquoted(text.substring(begin, at));
    }
    while (at < text.length() && isBareKey(text.charAt(at))) {
      at++;
    }
    if (at == begin) {
      throw new IllegalStateException("no key at " + at);
    }
    return text.substring(begin, at);
  }

  private static boolean isBareKey(char c) {
    return c > 127 || Character.isLetterOrDigit(c) || c == '-' || c == '_';
  }

  private void value(List<String> path) {
    if (here('"') || here('\'')) {
      quoted();
    } else if (here('[')) {
      list(path);
    } else if (here('{')) {
      inlineTable(path);
    } else {
      while (at < text.length() && ",]}#\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
    }
  }

  private void list(List<String> path) {
    skip(1);
    skipBlank();
    while (!here(']')) {
      value(path);
      skipComma();
    }
    skip(1);
  }

  private void inlineTable(List<String> path) {
    skip(1);
    skipBlank();
    while (!here('}')) {
      keyAndValue(path);
      skipComma();
    }
    skip(1);
  }

  private void skipComma() {
    skipBlank();
    if (here(',')) {
      skip(1);
    }
    skipBlank();
  }

  /** A text of one line or, with three quotes, of many. */
  private void quoted() {
    char quote = text.charAt(at);
    String three = String.valueOf(quote).repeat(3);
    boolean many = text.startsWith(three, at);
    skip(many ? 3 : 1);
    while (many ? !text.startsWith(three, at) : !here(quote)) {
      skip(quote == '"' && here('\\') ? 2 : 1);
    }
    skip(many ? 3 : 1);
    // Two more quotes may belong to the text.
    while (many && here(quote)) {
      skip(1);
    }
  }

  private void skipBlank() {
    while (at < text.length()) {
      if (here('#')) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
        skip(1);
      } else {
        return;
      }
    }
  }

  private boolean here(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private void skip(int characters) {
    for (int i = 0; i < characters; i++) {
      if (at >= text.length()) {
        throw new IllegalStateException("the text ends too early");
      }
      line += text.charAt(at) == '\n' ? 1 : 0;
      at++;
    }
  }
}
