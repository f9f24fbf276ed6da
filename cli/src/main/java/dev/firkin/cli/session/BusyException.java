package dev.firkin.cli.session;

import dev.firkin.FirkinException;

/** Another process works on the same thing; nothing was done. */
public final class BusyException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public BusyException(String message, String hint) {
    super(message, hint);
  }
}
