package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot be reached or does not answer as it should right now: throttling, errors of its
 * own (5xx), resets, timeouts, names that do not resolve. The call may have taken effect.
 */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final boolean answered;

  /** The line broke off, or nothing came over it, as far as one can tell. */
  public StoreUnavailableException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    this(location, key, message, hint, cause, false);
  }

  private StoreUnavailableException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause,
      boolean answered) {
    super(location, key, message, hint, cause);
    this.answered = answered;
  }

  /** The store has answered that it cannot do it now. */
  public static StoreUnavailableException answered(
      String location, @Nullable ObjectKey key, String message, @Nullable Throwable cause) {
    return new StoreUnavailableException(location, key, message, null, cause, true);
  }

  /** Whether the store has answered: then the trouble is its own, and not the line's. */
  public boolean answered() {
    return answered;
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
