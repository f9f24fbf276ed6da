package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot be reached or does not answer as it should right now: throttling, errors of its
 * own (5xx), resets, timeouts, names that do not resolve. The call may have taken effect.
 */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(location, key, message, hint, cause);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
