package dev.firkin.chunk;

import dev.firkin.FirkinException;

/** Takes chunks in stream order. */
@FunctionalInterface
public interface ChunkSink {
  /**
   * Takes one chunk; may block until there is room for it.
   *
   * @param plaintext the chunk's bytes; the callee owns the array from now on
   * @throws InterruptedException if the wait for room was interrupted; the stream is not to be
   *     continued
   */
  void accept(byte[] plaintext) throws FirkinException, InterruptedException;
}
