package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/**
 * The store does not let us: credentials missing, unknown, wrong or without the permission, a file
 * that may not be read or written, a clock so wrong that signatures are refused. Nothing was
 * changed.
 */
public final class StoreRefusedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreRefusedException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(location, key, message, hint, cause);
  }
}
