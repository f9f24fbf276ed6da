package dev.firkin.cli.session;

import dev.firkin.FirkinException;

/** The command line makes no sense; nothing was done. */
public final class UsageException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message, String hint) {
    super(message, hint);
  }
}
