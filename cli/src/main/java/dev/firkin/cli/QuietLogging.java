package dev.firkin.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * What libraries log: nothing, or all of it with {@code --debug}. Named to the JDK as its logging
 * configuration, so that it costs nothing in a run where nobody logs.
 */
public final class QuietLogging {
  private static volatile boolean debug;

  /** Called by {@link LogManager} in the place of reading a file; adds no handler. */
  public QuietLogging() {
    if (debug) {
      ConsoleHandler handler = new ConsoleHandler();
      handler.setLevel(Level.FINE);
      Logger root = Logger.getLogger("");
      root.addHandler(handler);
      root.setLevel(Level.FINE);
    }
  }

  /** Before the first logger is made. */
  static void install() {
    System.setProperty("java.util.logging.config.class", QuietLogging.class.getName());
  }

  /** Once the command line was read, and still before the first logger is made. */
  static void debug(boolean wanted) {
    debug = wanted;
  }
}
