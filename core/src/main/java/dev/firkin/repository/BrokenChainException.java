package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;

/** A delta whose parent is not in the repository. */
public final class BrokenChainException extends FirkinException {
  private static final long serialVersionUID = 1L;

  private final transient Manifest delta;
  private final transient SubvolumeUuid parent;

  BrokenChainException(Manifest wanted, Manifest delta, SubvolumeUuid parent) {
    super(
        wanted.name()
            + " cannot be restored here: "
            + delta.name()
            + " is a delta on the snapshot "
            + parent
            + ", which the repository does not have",
        "restore onto a file system that has that snapshot, or push it: firkin push --parent none");
    this.delta = delta;
    this.parent = parent;
  }

  /** The one whose parent is missing; it may be the wanted one itself. */
  public Manifest delta() {
    return delta;
  }

  /** What is missing. */
  public SubvolumeUuid parent() {
    return parent;
  }
}
