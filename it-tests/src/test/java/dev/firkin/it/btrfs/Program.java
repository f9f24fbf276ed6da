package dev.firkin.it.btrfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs programs that tests prepare things with. */
public final class Program {
  private Program() {}

  /** Runs a program to its end and returns what it printed; a failure is an exception. */
  public static String run(Object... command) throws IOException {
    List<String> words = List.of(command).stream().map(Object::toString).toList();
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try (var out = process.getInputStream()) {
      String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(words + " exited with " + status + ": " + printed);
      }
      return printed;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(words + " was interrupted", e);
    }
  }

  /** Whether there is such a program. */
  public static boolean exists(String name) {
    return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }
}
