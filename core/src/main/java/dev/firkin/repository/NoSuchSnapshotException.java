package dev.firkin.repository;

import dev.firkin.FirkinException;

/** No snapshot in the repository is meant by what a person wrote. */
public final class NoSuchSnapshotException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public NoSuchSnapshotException(String message, String hint) {
    super(message, hint);
  }
}
