package dev.firkin.cli.session;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The only way to say something: data and JSON to stdout, all else to stderr, where one line at the
 * bottom may show progress. For all threads.
 */
public final class Console {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Host host;
  private final GlobalOptions options;
  private final PrintStream out;
  private final PrintStream err;
  private boolean jsonToStderr;
  // Guarded by this.
  private String status = "";

  public Console(Host host, GlobalOptions options) {
    this.host = host;
    this.options = options;
    this.out = print(host.stdout());
    this.err = print(host.stderr());
  }

  private static PrintStream print(OutputStream stream) {
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }

  /** From now on stdout is for a stream of bytes: JSON goes to stderr. */
  public void giveStdoutAway() {
    jsonToStderr = true;
  }

  /** A line of data. */
  public synchronized void data(String line) {
    out.println(line);
  }

  /** A JSON document in one line; seen by its reader at once. */
  public synchronized void json(String document) {
    PrintStream to = jsonToStderr ? err : out;
    to.println(document);
    to.flush();
  }

  /** For people who did not ask for quiet. */
  public void info(String line) {
    if (!options.quiet) {
      toStderr(line);
    }
  }

  /** For people who asked for more. */
  public void verbose(String line) {
    if (options.verbose || options.debug) {
      toStderr(line);
    }
  }

  /** For people who look for a fault. */
  public void debug(String line) {
    if (options.debug) {
      toStderr(bold("firkin: debug: ", "2") + line);
    }
  }

  /** Something that a person should know although it went well. */
  public void warning(String message) {
    toStderr(bold("firkin: warning: ", "33") + oneLine(message));
  }

  /** Why the program ends. */
  public void failure(Failure failure) {
    toStderr(bold("firkin: error: ", "31") + oneLine(failure.message()));
    failure.hint().ifPresent(hint -> toStderr(bold("firkin: hint: ", "36") + oneLine(hint)));
  }

  public void stackTrace(Throwable thrown) {
    clearStatus();
    thrown.printStackTrace(err);
    err.flush();
  }

  /** Replaces the line at the bottom. Only where stderr is a terminal. */
  public synchronized void status(String line) {
    if (!line.equals(status)) {
      err.print(CLEAR_LINE + line);
      err.flush();
      status = line;
    }
  }

  public synchronized void clearStatus() {
    if (!status.isEmpty()) {
      err.print(CLEAR_LINE);
      err.flush();
      status = "";
    }
  }

  /** Whether all data got through; a reader such as {@code head} may have gone. */
  public synchronized boolean flush() {
    err.flush();
    return !out.checkError();
  }

  private synchronized void toStderr(String line) {
    String shown = status;
    clearStatus();
    err.println(line);
    err.flush();
    if (!shown.isEmpty()) {
      status(shown);
    }
  }

  private String bold(String text, String colour) {
    boolean colours =
        host.terminals().stderr()
            && host.variable("NO_COLOR").isEmpty()
            && !host.variable("TERM").equals(Optional.of("dumb"));
    return colours ? "\u001b[1;" + colour + "m" + text + "\u001b[0m" : text;
  }

  /** What others said may hold line feeds, or bytes that play tricks on a terminal. */
  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }
}
