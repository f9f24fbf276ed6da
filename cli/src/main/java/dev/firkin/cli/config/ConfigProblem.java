package dev.firkin.cli.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A mistake in the file.
 *
 * @param line from 1; empty where it is one of the whole file
 * @param text one line
 * @param hint what to write instead
 */
public record ConfigProblem(OptionalInt line, String text, Optional<String> hint) {
  /** {@code /etc/firkin/firkin.toml:12: unknown key …}. */
  public String at(Path file) {
    return file + ":" + (line.isPresent() ? line.getAsInt() + ":" : "") + " " + text;
  }
}
