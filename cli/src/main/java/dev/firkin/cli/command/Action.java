package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;

/** What a command does. */
public interface Action {
  /**
   * Runs once, on the main thread.
   *
   * @throws FirkinException mapped to an exit code by {@link dev.firkin.cli.session.Failure}
   * @throws InterruptedException after a signal, when everything was closed
   */
  ExitCode run() throws FirkinException, InterruptedException;
}
