package dev.firkin.cli.demo;

import dev.firkin.cli.session.FailedException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that runs. */
final class Performance {
  private static final Duration TICK = Duration.ofMillis(10);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final Duration ORPHANS = Duration.ofSeconds(10);

  private final Process process;
  private final Thread output;

  Performance(Process process, Thread output) {
    this.process = process;
    this.output = output;
  }

  long pid() {
    return process.pid();
  }

  /** What it reads; buffered. */
  OutputStream stdin() {
    return process.getOutputStream();
  }

  /** Waits for its end, and until all it printed was shown. Returns the exit status. */
  int end() throws InterruptedException {
    int status = process.waitFor();
    output.join(LAST_WORDS);
    return status;
  }

  /** Something that can be looked at while a command runs. */
  interface Condition {
    boolean holds() throws FailedException;
  }

  /**
   * Waits for a condition.
   *
   * @return whether it holds while the command runs; false once the command has ended
   * @throws FailedException where neither happens
   */
  boolean await(Condition condition, Duration atMost) throws FailedException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
      if (condition.holds()) {
        return true;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new FailedException(
            "what the demo waits for did not happen in " + atMost.toSeconds() + " seconds",
            "is the machine very busy? try again");
      }
    }
    return false;
  }

  /**
   * SIGKILL, to it alone: what it started itself finds its pipe broken.
   *
   * @return the exit status, 137 where the signal was what ended it
   */
  int kill() throws InterruptedException {
    List<ProcessHandle> started = process.descendants().toList();
    process.toHandle().destroyForcibly(); // unlike Process's, leaves its last words to be read
    int status = end();
    for (ProcessHandle orphan : started) {
      if (!Uninterrupted.await(() -> !orphan.isAlive(), ORPHANS)) {
        orphan.destroyForcibly();
      }
    }
    return status;
  }
}
