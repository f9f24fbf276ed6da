package dev.firkin.cli.demo;

import dev.firkin.cli.session.Session;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells the story: to stdout, or to stderr where stdout is for JSON. Colours and bold only on a
 * terminal. For all threads.
 */
final class Narrator {
  private static final int COLUMNS = 79;
  private static final Pattern PLAIN_WORD = Pattern.compile("[\\w@%+=:,./<>~^-]+");

  private final Session session;
  private final boolean styled;
  private int section;

  Narrator(Session session) {
    this.session = session;
    boolean terminal =
        session.options().json()
            ? session.host().terminals().stderr()
            : session.host().terminals().stdout();
    this.styled =
        terminal
            && session.host().variable("NO_COLOR").isEmpty()
            && !session.host().variable("TERM").equals(Optional.of("dumb"));
  }

  /** Begins a section. */
  void section(String title) {
    section++;
    String heading = "== %d. %s ".formatted(section, title);
    line("");
    line(style("1;36", heading + "=".repeat(Math.max(0, COLUMNS - heading.length()))));
  }

  /** A paragraph, wrapped. */
  void say(String text) {
    line("");
    StringBuilder row = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!row.isEmpty() && row.length() + 1 + word.length() > COLUMNS) {
        line(row.toString());
        row.setLength(0);
      }
      row.append(row.isEmpty() ? "" : " ").append(word);
    }
    line(row.toString());
  }

  /** A command, as one would type it. */
  void command(List<String> words) {
    typed(words.stream().map(Narrator::quoted).collect(Collectors.joining(" ")));
  }

  /** The same, where the shell has a part in it. */
  void typed(String text) {
    line("");
    line(style("1", "$ " + text));
  }

  /** What a command printed, or a line of a table. */
  void line(String text) {
    if (session.options().json()) {
      session.console().info(text);
    } else {
      session.console().data(text);
    }
  }

  /** The end of the story: all is as it should be. */
  void success(String text) {
    line("");
    line(style("1;32", text));
  }

  private String style(String codes, String text) {
    return styled ? "\u001b[" + codes + "m" + text + "\u001b[0m" : text;
  }

  private static String quoted(String word) {
    return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
