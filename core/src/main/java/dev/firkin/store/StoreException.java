package dev.firkin.store;

import dev.firkin.FirkinException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store did not do what it was asked. Subclasses are what callers tell apart; this class itself
 * is any other failure (an object too large, an answer that makes no sense).
 */
public class StoreException extends FirkinException {
  private static final long serialVersionUID = 1L;

  private final String location;
  // ObjectKey is not serialisable, and nobody serialises exceptions: its text is enough.
  private final @Nullable String key;

  /**
   * @param location {@link ObjectStore#location()} of the store
   * @param key the object it was about, if it was about one
   */
  public StoreException(
      String location,
      @Nullable ObjectKey key,
      String message,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(message, hint, cause);
    this.location = location;
    this.key = key == null ? null : key.value();
  }

  /** The store, as {@link ObjectStore#location()} names it. */
  public String location() {
    return location;
  }

  /** The object it was about, if it was about one. */
  public Optional<ObjectKey> key() {
    return Optional.ofNullable(key).map(ObjectKey::of);
  }

  /**
   * Whether the same call may succeed later without anyone doing anything: true for {@link
   * StoreUnavailableException} only.
   */
  public boolean retryable() {
    return false;
  }
}
