package dev.firkin.crypt;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** A key, passphrase or recipient that is malformed, wrong or missing. Trying again is useless. */
public class CryptException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public CryptException(String message, @Nullable String hint) {
    super(message, hint);
  }

  public CryptException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
