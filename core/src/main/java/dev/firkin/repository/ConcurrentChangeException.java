package dev.firkin.repository;

import dev.firkin.FirkinException;

/** Somebody else changed the same thing at the same moment; what was asked for was not done. */
public final class ConcurrentChangeException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public ConcurrentChangeException(String message, String hint) {
    super(message, hint);
  }
}
