package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/**
 * The calling thread was interrupted while it waited for the store. Its interrupt flag is set; the
 * call may have taken effect.
 */
public final class StoreInterruptedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreInterruptedException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(location, key, message, hint, cause);
  }
}
