package dev.firkin.cli.demo;

import dev.firkin.cli.session.FailedException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands on the stage, each shown as typed, with what it prints. */
final class Shell {
  private static final File NOTHING = new File("/dev/null");

  private final Stage stage;
  private final Narrator narrator;

  Shell(Stage stage, Narrator narrator) {
    this.stage = stage;
    this.narrator = narrator;
  }

  /**
   * Runs a command to its end.
   *
   * @throws FailedException where it cannot be started, or its exit status is not 0
   */
  void run(String... words) throws FailedException, InterruptedException {
    List<String> command = List.of(words);
    narrator.command(command);
    finish(command, start(command, Redirect.from(NOTHING)));
  }

  /** The same with a file as its input. */
  void runWithInput(Path input, String... words) throws FailedException, InterruptedException {
    List<String> command = List.of(words);
    typedWithInput(input, command);
    finish(command, start(command, Redirect.from(input.toFile())));
  }

  /** Shows a command that {@link #start} runs. */
  void typedWithInput(Path input, List<String> words) {
    narrator.typed(String.join(" ", words) + " < " + stage.folder().relativize(input));
  }

  /** The same with its output in a file, for a command that talks too much. */
  void runInto(String log, String... words) throws FailedException, InterruptedException {
    List<String> command = List.of(words);
    narrator.typed(String.join(" ", words) + " > " + log);
    List<String> lines = new ArrayList<>();
    int status = start(command, Redirect.from(NOTHING), lines::add).end();
    if (status != 0) {
      lines.forEach(narrator::line);
    }
    check(command, status);
    try {
      Files.write(stage.resolve(log), lines);
    } catch (IOException e) {
      throw new FailedException(log + " cannot be written: " + e.getMessage(), null, e);
    }
  }

  private static void finish(List<String> command, Performance performance)
      throws FailedException, InterruptedException {
    check(command, performance.end());
  }

  private static void check(List<String> command, int status) throws FailedException {
    if (status != 0) {
      throw new FailedException(
          "'%s' exited with status %d, so the demo ends here"
              .formatted(String.join(" ", command), status),
          "what it printed above says why; with --keep all of it stays for a look");
    }
  }

  /** What a command prints, without a word about it. */
  List<String> ask(String... words) throws FailedException, InterruptedException {
    List<String> lines = new ArrayList<>();
    List<String> command = List.of(words);
    finish(command, start(command, Redirect.from(NOTHING), lines::add));
    return lines;
  }

  /** Starts a command whose output is shown as it comes. */
  Performance start(List<String> words, Redirect input)
      throws FailedException, InterruptedException {
    return start(words, input, narrator::line);
  }

  private interface Lines {
    void take(String line);
  }

  private Performance start(List<String> words, Redirect input, Lines lines)
      throws FailedException, InterruptedException {
    try {
      Process process =
          stage.start(
              new ProcessBuilder(Programs.resolve(words))
                  .redirectInput(input)
                  .redirectErrorStream(true));
      return new Performance(process, reader(process, lines));
    } catch (IOException e) {
      throw new FailedException(
          "'" + words.getFirst() + "' cannot be started: " + e.getMessage(), "is it installed?", e);
    }
  }

  private static Thread reader(Process process, Lines lines) {
    return Thread.ofPlatform()
        .daemon()
        .name("output of " + process.pid())
        .start(() -> {
          try (BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
              lines.take(line);
            }
          } catch (IOException e) {
            lines.take("(its output could not be read: " + e.getMessage() + ")");
          }
        });
  }
}
