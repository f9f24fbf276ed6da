package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.crypt.Passphrase;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Asks on the terminal, passphrases without showing them; stdout may be a pipe. */
final class Prompt {
  private static final Path TERMINAL = Path.of("/dev/tty");
  private static final int MAX_CHARS = 4096;

  private final Host host;
  private final Interrupts interrupts;

  Prompt(Host host, Interrupts interrupts) {
    this.host = host;
    this.interrupts = interrupts;
  }

  boolean possible() {
    return host.terminals().stdin() && host.terminals().stderr();
  }

  Passphrase ask(String question) throws FirkinException {
    stty("-echo");
    try (Interrupts.Uninterruptible _ = interrupts.endAtOnce(Prompt::showEcho);
        OutputStream out = new FileOutputStream(TERMINAL.toFile());
        Reader in =
            new InputStreamReader(new FileInputStream(TERMINAL.toFile()), StandardCharsets.UTF_8)) {
      out.write((question + ": ").getBytes(StandardCharsets.UTF_8));
      char[] typed = new char[MAX_CHARS];
      int length = 0;
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        if (length == MAX_CHARS) {
          throw new FailedException("the passphrase is too long", "4,096 characters at most");
        }
        typed[length++] = (char) c;
      }
      out.write('\n');
      try {
        return Passphrase.of(Arrays.copyOf(typed, length));
      } finally {
        Arrays.fill(typed, '\0');
      }
    } catch (IOException e) {
      throw new FailedException(
          "the passphrase cannot be asked for: " + e.getMessage(), "use --passphrase-file FILE", e);
    }
  }

  /** Whether a person says yes to a question; anything else is a no. */
  boolean confirm(String question) throws FirkinException {
    try (Interrupts.Uninterruptible _ = interrupts.endAtOnce(() -> {});
        OutputStream out = new FileOutputStream(TERMINAL.toFile());
        Reader in =
            new InputStreamReader(new FileInputStream(TERMINAL.toFile()), StandardCharsets.UTF_8)) {
      out.write((question + " [y/N] ").getBytes(StandardCharsets.UTF_8));
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0 && c != '\n' && line.length() < MAX_CHARS; c = in.read()) {
        line.append((char) c);
      }
      String answer = line.toString().strip().toLowerCase(Locale.ROOT);
      return answer.equals("y") || answer.equals("yes");
    } catch (IOException e) {
      throw new FailedException(
          "the question cannot be asked: " + e.getMessage(), "'--help' tells how to do without", e);
    }
  }

  private static void showEcho() {
    try {
      stty("echo");
    } catch (FailedException e) {
      System.err.println("firkin: warning: " + e.getMessage() + "; type: stty echo");
    }
  }

  private static void stty(String setting) throws FailedException {
    try {
      Process stty =
          new ProcessBuilder("stty", setting)
              .redirectInput(TERMINAL.toFile())
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      if (stty.waitFor() != 0) {
        throw new FailedException(
            "the terminal cannot be set to '" + setting + "'", "use --passphrase-file FILE");
      }
    } catch (IOException e) {
      throw new FailedException(
          "the terminal cannot be set: " + e.getMessage(), "use --passphrase-file FILE", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
