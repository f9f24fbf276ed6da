package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/** The store has no room for more, or allows us none. What is stored already is kept. */
public final class StoreFullException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreFullException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(location, key, message, hint, cause);
  }
}
