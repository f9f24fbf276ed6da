package dev.firkin.repository;

import dev.firkin.FirkinException;

/**
 * A repository that this host must not use as it is: another than it was, with other recipients
 * than it was told, or without a secret to read it by.
 */
public final class RepositoryRefusedException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public RepositoryRefusedException(String message, String hint) {
    super(message, hint);
  }
}
