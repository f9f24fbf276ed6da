package dev.firkin.transfer;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** A push that cannot be completed. No manifest was written; stored chunks stay for a resume. */
public final class PushException extends FirkinException {
  private static final long serialVersionUID = 1L;

  PushException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
