package dev.firkin.sendstream;

import dev.firkin.FirkinException;

/**
 * Takes the two halves of a split stream, on the thread that feeds the splitter. The slices are the
 * caller's: valid during the call only, and not to be changed.
 */
public interface SplitSink {
  /** The next bytes of the commands; {@code len} is at least 1. */
  void commands(byte[] b, int off, int len) throws FirkinException, InterruptedException;

  /** The next bytes of the data; {@code len} is at least 1. */
  void data(byte[] b, int off, int len) throws FirkinException, InterruptedException;
}
