package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** A command could not do what it was asked for, for a reason that lies on this host. */
public final class FailedException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public FailedException(String message, @Nullable String hint) {
    super(message, hint);
  }

  public FailedException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
