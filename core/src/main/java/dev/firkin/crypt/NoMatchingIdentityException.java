package dev.firkin.crypt;

import org.jspecify.annotations.Nullable;

/** An age file that none of the given identities (or not this passphrase) opens. */
public final class NoMatchingIdentityException extends CryptException {
  private static final long serialVersionUID = 1L;

  public NoMatchingIdentityException(
      String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
