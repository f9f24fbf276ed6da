package dev.firkin.it.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A program that was started. */
final class Running {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final Duration STACK_DUMP = Duration.ofSeconds(3);

  private final List<String> command;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  Running(List<String> command, Process process, Path stdout, Path stderr) {
    this.command = command;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Waits for its end; where that does not come, fails with the stacks of its threads. */
  Ended await() throws IOException, InterruptedException {
    return await(DEADLINE);
  }

  Ended await(Duration deadline) throws IOException, InterruptedException {
    if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
      signal("QUIT"); // a JVM prints its threads
      process.waitFor(STACK_DUMP.toMillis(), TimeUnit.MILLISECONDS);
      kill();
      throw new AssertionError(
          "did not end within " + deadline + ": " + new Ended(command, -1, stdout, stderr));
    }
    return new Ended(command, process.exitValue(), stdout, stderr);
  }

  /** Waits until something has become true while it runs; its end before that is a failure. */
  Running until(String what, BooleanSupplier condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new AssertionError("ended before " + what + ": " + await());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not in " + DEADLINE + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return this;
  }

  /** Sends it a signal, such as {@code TERM}. */
  Running signal(String name) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    if (status != 0) {
      throw new AssertionError("no process to send SIG" + name + ": " + await());
    }
    return this;
  }

  /** SIGKILL to it alone, as the kernel does when memory is short; waits for its end. */
  Ended killed() throws IOException, InterruptedException {
    process.destroyForcibly();
    Ended ended = await();
    if (ended.status() != 128 + 9) {
      throw new AssertionError("was done before it was killed: " + ended);
    }
    return ended;
  }

  /** SIGKILL to it alone, unless it is done. */
  Ended killedOrDone() throws IOException, InterruptedException {
    process.destroyForcibly();
    return await();
  }

  long pid() {
    return process.pid();
  }

  /** The programs that it has started and that run now. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** Ends it and its children, whatever it does. */
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(children());
    process.destroyForcibly().onExit().join();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** Waits until it has printed so many lines more than now. */
  Running untilItPrints(int lines) throws IOException, InterruptedException {
    long before = printedLines();
    return until("it prints " + lines + " lines", () -> printedLines() >= before + lines);
  }

  /** The same, where it may end before. */
  Running untilItPrintsOrEnds(int lines) throws IOException, InterruptedException {
    long before = printedLines();
    return until(
        "it prints " + lines + " lines",
        () -> !process.isAlive() || printedLines() >= before + lines);
  }

  private long printedLines() {
    try (Stream<String> printed = Files.lines(stdout)) {
      return printed.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has said so far. */
  String stderr() throws IOException {
    return Files.readString(stderr);
  }
}
