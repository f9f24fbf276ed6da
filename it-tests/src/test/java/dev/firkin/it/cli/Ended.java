package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a program ended.
 *
 * @param status 128 and the signal's number where a signal ended it
 * @param stdoutFile what it printed
 * @param stderrFile what it said
 */
record Ended(List<String> command, int status, Path stdoutFile, Path stderrFile) {
  private static final int SHOWN_CHARACTERS = 4000;

  /** Itself, if the status is 0. */
  Ended succeeded() {
    assertEquals(0, status, this::toString);
    return this;
  }

  /**
   * Itself, if it failed as firkin promises to fail: with this exit code, one line that says what
   * happened, one that says what to do, and no stack trace.
   *
   * @param words each of which the error and its hint must have, together
   */
  Ended failed(int exit, String... words) {
    assertEquals(exit, status, this::toString);
    List<String> lines = stderr().lines().toList();
    assertEquals(1, count(lines, "firkin: error: "), this::toString);
    assertEquals(1, count(lines, "firkin: hint: "), this::toString);
    assertTrue(
        lines.stream().noneMatch(l -> l.startsWith("\tat ") || l.contains("Exception")),
        () -> "a stack trace: " + this);
    String said =
        String.join(
            "\n",
            lines.stream()
                .filter(l -> l.startsWith("firkin: error: ") || l.startsWith("firkin: hint: "))
                .toList());
    for (String word : words) {
      assertTrue(said.contains(word), () -> "not said: " + word + "; " + this);
    }
    return this;
  }

  private static long count(List<String> lines, String prefix) {
    return lines.stream().filter(l -> l.startsWith(prefix)).count();
  }

  /** What it printed, which has to be text. */
  String stdout() {
    return read(stdoutFile);
  }

  String stderr() {
    return read(stderrFile);
  }

  /** What it printed with {@code --json}: the one document, or the last of several. */
  JsonNode json() {
    List<String> lines = stdout().lines().toList();
    assertTrue(!lines.isEmpty(), () -> "no document: " + this);
    return JsonMapper.shared().readTree(lines.getLast());
  }

  byte[] bytes() throws IOException {
    return Files.readAllBytes(stdoutFile);
  }

  /** For failures of tests. */
  @Override
  public String toString() {
    return command + " ended with " + status + "\n" + shown(stderrFile) + "\n" + shown(stdoutFile);
  }

  private static String shown(Path file) {
    String text = read(file);
    return text.substring(Math.max(0, text.length() - SHOWN_CHARACTERS));
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
