package dev.firkin.disposal;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** It is not certain that nothing needs what would be taken away: nothing was. */
public final class DoubtException extends FirkinException {
  private static final long serialVersionUID = 1L;

  DoubtException(String what, @Nullable Throwable cause) {
    this(what, "run 'firkin verify', and mend what it names", cause);
  }

  DoubtException(String what, String hint, @Nullable Throwable cause) {
    super(what + "; so it is not known what is still needed, and nothing was deleted", hint, cause);
  }
}
