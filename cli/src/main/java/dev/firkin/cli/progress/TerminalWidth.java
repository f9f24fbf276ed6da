package dev.firkin.cli.progress;

import dev.firkin.cli.session.Host;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;

/** How wide the terminal is, by {@code COLUMNS}, else by {@code stty}. Not thread-safe. */
final class TerminalWidth {
  private static final int DEFAULT = 80;
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private final OptionalInt fixed;
  private int columns = DEFAULT;
  private long asked;
  private boolean known;

  TerminalWidth(Host host) {
    this.fixed = host.variable("COLUMNS").map(TerminalWidth::number).orElse(OptionalInt.empty());
  }

  /** 20 at the least. A window may change its size: asked again every few seconds. */
  int columns() throws InterruptedException {
    if (fixed.isPresent()) {
      return Math.max(20, fixed.getAsInt());
    }
    if (!known || System.nanoTime() - asked > FRESH_NANOS) {
      columns = ask().orElse(DEFAULT);
      asked = System.nanoTime();
      known = true;
    }
    return Math.max(20, columns);
  }

  /** Rows and columns in one line. */
  private static OptionalInt ask() throws InterruptedException {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(Redirect.DISCARD)
              .start();
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return stty.waitFor() == 0
          ? number(answer.substring(answer.lastIndexOf(' ') + 1))
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty(); // no stty, no terminal of our own: a width for all
    }
  }

  private static OptionalInt number(String text) {
    return text.matches("[1-9][0-9]{0,4}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
