package dev.firkin.repository;

import dev.firkin.FirkinException;

/** There is no repository where one was looked for. */
public final class NoSuchRepositoryException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public NoSuchRepositoryException(String location) {
    super(
        "there is no firkin repository at " + location,
        "check the URL, or make one there with 'firkin init --repo URL'");
  }
}
