package dev.firkin.transfer;

import dev.firkin.FirkinException;
import java.io.InputStream;

/** Where the stream of a push comes from: a child process, or standard input. */
public interface Producer extends AutoCloseable {
  /** The stream; read by one thread, to its end. */
  InputStream stream();

  /**
   * Waits, after the end of the stream, for the producer's own verdict.
   *
   * @throws FirkinException if it failed: then the stream is not complete, whatever it looked like
   */
  void finish() throws FirkinException, InterruptedException;

  /** Ends the producer, whatever it is doing, and reaps it. Idempotent; never blocks for long. */
  @Override
  void close();
}
