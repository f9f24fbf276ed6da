package dev.firkin.transfer;

import java.io.IOException;

/** Carries the failure of a fetch through an {@link java.io.InputStream}. */
final class FetchFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  FetchFailedException(Throwable cause) {
    super(cause);
  }

  /** What went wrong; never null. */
  Throwable reason() {
    return getCause() == null ? this : getCause();
  }
}
