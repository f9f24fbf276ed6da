package dev.firkin.repository;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** An object of the repository is missing, damaged or forged. */
public final class DamagedException extends FirkinException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key of the object
   */
  public DamagedException(
      String key, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
    this.key = key;
  }

  public String key() {
    return key;
  }
}
