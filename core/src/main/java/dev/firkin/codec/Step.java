package dev.firkin.codec;

import dev.firkin.FirkinException;
import java.nio.ByteBuffer;

/** One reversible step. Implementations are thread-safe and neither change nor keep their input. */
interface Step {
  /** Towards the store. */
  ByteBuffer forward(ByteBuffer plaintext);

  /**
   * Back again.
   *
   * @param maxBytes more plaintext than this is refused before it is made
   */
  ByteBuffer backward(ByteBuffer stored, int maxBytes) throws FirkinException;
}
