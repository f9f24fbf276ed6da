package dev.firkin.cli.text;

/** What it means for backups that a store does not keep a promise. */
public final class StoreWords {
  /** Puts under conditions take effect whatever is there. */
  public static final String WITHOUT_CONDITIONS =
      "of two hosts that push the same snapshot at the same moment both may write it, and of two"
          + " changes of the recipients at once one may be lost; nothing else is";

  /** The credentials may not delete. */
  public static final String WITHOUT_DELETION =
      "leases and checkpoints stay (the next firkin waits 15 minutes for a lease to expire where it"
          + " has to), and nothing can be repaired";

  private StoreWords() {}
}
