package dev.firkin.transfer;

import dev.firkin.FirkinException;

/**
 * A push was {@linkplain Push#stop stopped} before its end. No manifest was written; a checkpoint
 * tells how far it came, and the same push goes on from there.
 */
public final class PushStoppedException extends FirkinException {
  private static final long serialVersionUID = 1L;

  PushStoppedException(String name) {
    super(
        "the push of " + name + " was stopped before its end; no snapshot was stored",
        "run the same command again: what is stored is not sent again",
        null);
  }
}
