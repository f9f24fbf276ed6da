package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/** The bucket or the folder does not exist. Never taken for an empty store. */
public final class NoSuchStoreException extends StoreException {
  private static final long serialVersionUID = 1L;

  public NoSuchStoreException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(location, key, message, hint, cause);
  }
}
