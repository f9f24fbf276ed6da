package dev.firkin.repository.model;

/** How much of the repository a lease claims. */
public enum LeaseMode {
  /** To add to it, beside others who add. */
  SHARED,
  /** To move or delete chunks and pages, alone. */
  EXCLUSIVE;

  /** Whether the two cannot be held at once. */
  public boolean excludes(LeaseMode other) {
    return this == EXCLUSIVE || other == EXCLUSIVE;
  }
}
