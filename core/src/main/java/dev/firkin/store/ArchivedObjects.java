package dev.firkin.store;

/**
 * What a store can do that keeps objects in archives (the classes GLACIER and DEEP_ARCHIVE of S3):
 * they are listed like any other, but cannot be read before they were thawed, which takes hours.
 * Safe for many threads; the calls block and fail as those of {@link ObjectStore} do.
 */
public interface ArchivedObjects {

  /** Whether an object can be read. */
  enum State {
    /** It lies in no archive, or in one that gives its objects away at once, or there is none. */
    AT_HAND,
    /** A copy of it can be read for some days. */
    THAWED,
    FROZEN
  }

  /** How quickly a store thaws, and for how much. */
  enum Tier {
    EXPEDITED,
    STANDARD,
    BULK
  }

  /** How it stands with an object. */
  State state(ObjectKey key) throws StoreException;

  /**
   * Asks for an object to be thawed. Idempotent: what is under way is not asked for twice.
   *
   * @param days that the copy is to stay, one at least
   * @return whether it can be read now; else it can some hours later
   */
  boolean thaw(ObjectKey key, int days, Tier tier) throws StoreException;
}
