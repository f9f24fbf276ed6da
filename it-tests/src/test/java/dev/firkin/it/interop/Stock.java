package dev.firkin.it.interop;

import dev.firkin.it.servers.Requirements;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs that are not ours. */
final class Stock {
  private static final long DEADLINE_SECONDS = 180;

  private Stock() {}

  /** Skips the running test, or fails it, where a program that restores need is missing. */
  static void need() {
    for (String program : List.of("age", "zstd", "python3")) {
      Requirements.need(
          "age", isOnPath(program), "no " + program + " on PATH: install age, zstd and python3");
    }
  }

  static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * How a program ended.
   *
   * @param stdout a file
   */
  record Ended(int status, Path stdout, String stderr) {
    byte[] bytes() throws IOException {
      return Files.readAllBytes(stdout);
    }

    String text() throws IOException {
      return Files.readString(stdout);
    }

    /** Itself, if the status is 0. */
    Ended succeeded() {
      if (status != 0) {
        throw new AssertionError("exited with " + status + ": " + stderr);
      }
      return this;
    }
  }

  /**
   * Runs a program to its end, by bytes: output and errors to files, which lie in {@code folder}.
   *
   * @param stdin all that it gets there
   */
  static Ended run(Path folder, byte[] stdin, Object... command)
      throws IOException, InterruptedException {
    Path stdout = Files.createTempFile(folder, "run", ".out");
    Path stderr = Files.createTempFile(folder, "run", ".err");
    Process process =
        new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(stdin);
      } catch (IOException e) {
        // It need not read its input to the end; its exit status tells whether that was a mistake.
      }
      if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(List.of(command) + " does not end");
      }
      return new Ended(
          process.exitValue(),
          stdout,
          new String(Files.readAllBytes(stderr), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }

  static Ended run(Path folder, Object... command) throws IOException, InterruptedException {
    return run(folder, new byte[0], command);
  }
}
