package dev.firkin.it.servers;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A script of {@code it-tests/servers}: {@code start} prints {@code name=value} lines, {@code stop}
 * ends it, {@code installed}, where it has that, says by its status whether it could start at once.
 */
final class ServerScript {
  private static final Path FOLDER = Path.of("servers"); // tests run in their module's folder

  /** Building MinIO or installing Ceph from nothing takes minutes. */
  private static final long DEADLINE_MINUTES = 15;

  private final Path script;
  private final Map<String, String> environment;

  /**
   * @param environment what the script gets beside this JVM's environment, for {@code start} and
   *     {@code stop} alike
   */
  ServerScript(String name, Map<String, String> environment) {
    this.script = FOLDER.resolve(name).toAbsolutePath();
    this.environment = Map.copyOf(environment);
  }

  static Path folder() {
    return FOLDER.toAbsolutePath();
  }

  /** A port nobody listens on now, so that test runs on one machine do not meet. */
  static String freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String ownPid() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** Runs {@code start}; the server's {@code end} runs {@code stop}. */
  S3Server start(String name) {
    Map<String, String> access = run("start");
    return new S3Server(
        name,
        URI.create(value(access, "endpoint")),
        value(access, "access_key"),
        value(access, "secret_key"),
        () -> run("stop"));
  }

  private String value(Map<String, String> access, String key) {
    String value = access.get(key);
    if (value == null) {
      throw new IllegalStateException(script + " start printed no " + key);
    }
    return value;
  }

  boolean isInstalled() {
    return status("installed", ProcessBuilder.Redirect.DISCARD) == 0;
  }

  private Map<String, String> run(String verb) {
    try {
      Path output = Files.createTempFile("firkin-server", ".out");
      try {
        int status = status(verb, ProcessBuilder.Redirect.to(output.toFile()));
        if (status != 0) {
          throw new IllegalStateException(
              script + " " + verb + " exited " + status + "; its messages are on standard error");
        }
        return Files.readAllLines(output).stream()
            .map(line -> line.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its standard error goes to ours: what it says about a failure stands in the test log. */
  private int status(String verb, ProcessBuilder.Redirect output) {
    ProcessBuilder builder = new ProcessBuilder(List.of("bash", script.toString(), verb));
    builder.environment().putAll(environment);
    builder
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(output)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      if (!process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)) {
        process.destroy();
        throw new IllegalStateException(
            script + " " + verb + " took over " + DEADLINE_MINUTES + " minutes");
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + script + " " + verb, e);
    }
  }
}
