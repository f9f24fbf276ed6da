package dev.firkin.repository.v1;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** Bytes that are not what the format says: damaged, forged, or another program's. */
public class FormatException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    this(message, null, null);
  }

  public FormatException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
