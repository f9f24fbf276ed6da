package dev.firkin.cli.demo;

import dev.firkin.FirkinException;
import java.io.IOException;

/** What is told on a stage. */
interface Story {
  /**
   * Tells it.
   *
   * @return how it ended
   * @throws FirkinException where a command failed
   */
  Outcome tell() throws FirkinException, IOException, InterruptedException;

  /**
   * The end.
   *
   * @param resumption what the kill cost
   * @param identical whether all that was restored is what was stored
   */
  record Outcome(Resumption resumption, boolean identical) {}
}
