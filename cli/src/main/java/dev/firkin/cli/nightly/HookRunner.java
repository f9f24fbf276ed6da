package dev.firkin.cli.nightly;

import dev.firkin.cli.config.Hooks;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.text.Durations;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells others of a run: programs, and a health check by URL. A hook that fails is only a warning.
 */
final class HookRunner {
  private static final Duration PING = Duration.ofSeconds(20);

  /** A service that is stopped has some more, and the push has had its part. */
  private static final Duration AFTER_SIGNAL = Duration.ofSeconds(4);

  private final Hooks hooks;
  private final Console console;
  private final Map<String, String> environment;

  /**
   * @param environment that the programs get, but for what is between others and us
   */
  HookRunner(Hooks hooks, Console console, Map<String, String> environment) {
    this.hooks = hooks;
    this.console = console;
    this.environment = new HashMap<>(environment);
    this.environment.keySet().removeIf(HookRunner::isOurs);
  }

  /**
   * Before anything is done.
   *
   * @return whether the run may begin: a program that fails here says no
   */
  boolean before() throws InterruptedException {
    if (hooks.before().isEmpty()) {
      return true;
    }
    Optional<Process> process = start(hooks.before(), "{\"type\":\"begin\"}");
    if (process.isEmpty()) {
      return false;
    }
    try {
      return isGood(hooks.before().getFirst(), process.get());
    } finally {
      end(process.get()); // the one afterwards must not meet it
    }
  }

  /**
   * After all is done.
   *
   * @param result one JSON document, which the program gets on stdin
   * @param good which of the two the health check is told
   */
  void after(String result, boolean good) throws InterruptedException {
    if (!hooks.after().isEmpty()) {
      Optional<Process> process = start(hooks.after(), result);
      if (process.isPresent()) {
        isGood(hooks.after().getFirst(), process.get());
      }
    }
    if (hooks.pingUrl().isPresent()) {
      ping(hooks.pingUrl().get(), good, PING.multipliedBy(2));
    }
  }

  /**
   * The same after a signal, when there are but seconds: what takes longer goes on alone.
   *
   * @param result of what was not finished
   */
  void afterSignal(String result) throws InterruptedException {
    if (!hooks.after().isEmpty()) {
      Optional<Process> process = start(hooks.after(), result);
      if (process.isPresent()
          && !process.get().waitFor(AFTER_SIGNAL.toSeconds(), TimeUnit.SECONDS)) {
        console.warning("the hook " + hooks.after().getFirst() + " is still running");
      }
    }
    if (hooks.pingUrl().isPresent()) {
      ping(hooks.pingUrl().get(), false, AFTER_SIGNAL);
    }
  }

  private boolean isGood(String program, Process process) throws InterruptedException {
    if (!process.waitFor(hooks.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
      end(process);
      console.warning(
          "the hook "
              + program
              + " was ended: it took longer than timeout in [hooks], "
              + Durations.format(hooks.timeout()));
      return false;
    }
    if (process.exitValue() != 0) {
      console.warning("the hook " + program + " exited with status " + process.exitValue());
    }
    return process.exitValue() == 0;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private Optional<Process> start(List<String> command, String stdin) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      // It need not read; then the pipe is full, and only its end frees the writer.
      Thread.ofPlatform().daemon().name("firkin-hook").start(() -> write(process, stdin));
      return Optional.of(process);
    } catch (IOException e) {
      console.warning("the hook " + command.getFirst() + " cannot be started: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Credentials of the store, and what is between systemd and us. */
  private static boolean isOurs(String variable) {
    return variable.startsWith("AWS_")
        || variable.startsWith("FIRKIN_")
        || variable.equals("NOTIFY_SOCKET");
  }

  private void write(Process process, String stdin) {
    try (OutputStream to = process.getOutputStream()) {
      to.write((stdin + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It did not want to read: its exit status says whether that is wrong.
      console.debug("a hook does not read what it is told: " + e.getMessage());
    }
  }

  private void ping(URI url, boolean good, Duration patience) throws InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(PING)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      HttpRequest request = HttpRequest.newBuilder(good ? url : ofFailure(url)).build();
      int status =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .get(patience.toSeconds(), TimeUnit.SECONDS)
              .statusCode();
      if (status >= 400) {
        console.warning("the health check answered " + status);
      }
    } catch (ExecutionException | TimeoutException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      console.warning("the health check could not be told: " + why);
    } finally {
      client.shutdownNow();
    }
  }

  /** As healthchecks.io and those like it have it: behind the path, before a query. */
  static URI ofFailure(URI url) {
    String path = Optional.ofNullable(url.getRawPath()).orElse("").replaceFirst("/*$", "");
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path + "/fail" + query);
  }
}
