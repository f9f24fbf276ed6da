package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.SnapshotName;

/**
 * While a push did not hold its lease, something that it relied on was deleted. No manifest of it
 * is left; the same push once more finds out what is missing.
 */
public final class SweptException extends FirkinException {
  private static final long serialVersionUID = 1L;

  SweptException(SnapshotName name) {
    super(
        "this host was away for so long that another cleaned the repository up meanwhile, and took"
            + " what "
            + name
            + " needs; no snapshot was stored",
        "run the same command again: what is there is not sent again");
  }
}
