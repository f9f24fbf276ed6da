package dev.firkin.store;

import dev.firkin.FirkinException;

/** The user's repository URL or an option for it makes no sense: a usage error. */
public final class StoreUrlException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public StoreUrlException(String message) {
    this(message, "write s3://bucket/prefix, file:///path, or a path");
  }

  public StoreUrlException(String message, String hint) {
    super(message, hint);
  }
}
