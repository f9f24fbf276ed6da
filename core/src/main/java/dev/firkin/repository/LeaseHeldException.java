package dev.firkin.repository;

import dev.firkin.FirkinException;

/** Another process works on the repository in a way that excludes ours. */
public final class LeaseHeldException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public LeaseHeldException(String message, String hint) {
    super(message, hint);
  }
}
