package dev.firkin.transfer;

import dev.firkin.FirkinException;

/**
 * The stream is not the one whose beginning an earlier push has stored. No manifest was written;
 * the same push {@linkplain Push.Start#FROM_ZERO from zero} cuts it again.
 */
public final class StreamChangedException extends FirkinException {
  private static final long serialVersionUID = 1L;

  StreamChangedException(String name) {
    super(
        "the stream of "
            + name
            + " is not the one that was cut off: the kernel changed, the snapshot was written to,"
            + " or bytes of it were damaged on their way here",
        null,
        null);
  }
}
