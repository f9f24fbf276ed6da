package dev.firkin.repository;

import dev.firkin.FirkinException;

/** This host holds no secret of the repository, and nothing to fetch it with was given. */
public final class SecretMissingException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public SecretMissingException(String location) {
    super(
        "this host does not hold the secret of the repository at " + location,
        "fetch it once with 'firkin join --identity-file FILE' (or --passphrase-file FILE)");
  }
}
