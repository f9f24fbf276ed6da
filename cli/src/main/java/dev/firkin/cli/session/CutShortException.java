package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** Somebody ended the work, ours or that of a program we ran; what was done stays. */
public final class CutShortException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public CutShortException(String message, @Nullable Throwable cause) {
    super(message, "run the same command again: what is done is not done twice", cause);
  }
}
