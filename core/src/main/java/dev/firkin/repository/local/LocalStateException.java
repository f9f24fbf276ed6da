package dev.firkin.repository.local;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** A local file or folder of firkin's that cannot be read or written. */
public final class LocalStateException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public LocalStateException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
