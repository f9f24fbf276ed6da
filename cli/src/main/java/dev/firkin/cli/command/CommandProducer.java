package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.Pipes;
import dev.firkin.cli.session.CutShortException;
import dev.firkin.cli.session.FailedException;
import dev.firkin.transfer.Producer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the user's that writes the stream; its own complaints go to our stderr. */
final class CommandProducer implements Producer {
  private static final Duration POLITE_END = Duration.ofSeconds(3);
  private static final int SIGINT_STATUS = 128 + 2;
  private static final int SIGTERM_STATUS = 128 + 15;

  private final String program;
  private final Process process;

  private CommandProducer(String program, Process process) {
    this.program = program;
    this.process = process;
  }

  static CommandProducer start(List<String> command) throws FirkinException {
    String program = command.getFirst();
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectError(Redirect.INHERIT)
              .start();
      Pipes.widenOutput(process);
      return new CommandProducer(program, process);
    } catch (IOException e) {
      throw new FailedException(
          "'" + program + "' cannot be started; nothing was stored",
          "is it installed and on the PATH? (" + e.getMessage() + ")",
          e);
    }
  }

  @Override
  public InputStream stream() {
    return process.getInputStream();
  }

  @Override
  public void finish() throws FirkinException, InterruptedException {
    int status = process.waitFor();
    if (status == SIGINT_STATUS || status == SIGTERM_STATUS) {
      throw new CutShortException(
          program + " was ended by a signal, so its stream is not complete", null);
    }
    if (status != 0) {
      throw new FailedException(
          program
              + (status > 128
                  ? " was ended by signal " + (status - 128)
                  : " exited with status " + status)
              + ", so its stream is not complete; no snapshot was stored",
          "look what it says above; run the same again: what is stored is not sent again");
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroy();
      children.forEach(ProcessHandle::destroy);
      boolean interrupted = Thread.interrupted();
      try {
        if (!process.waitFor(POLITE_END.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        process.destroyForcibly();
      }
      children.forEach(ProcessHandle::destroyForcibly);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
