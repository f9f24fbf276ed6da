package dev.firkin.cli.text;

/** What it means for backups that a store does not keep a promise. */
public final class StoreWords {
  /** Puts under conditions take effect whatever is there. */
  public static final String WITHOUT_CONDITIONS =
      "of two hosts that push the same snapshot at the same moment both may write it, and of two"
          + " changes of the recipients at once one may be lost, and a firkin that slept until its"
          + " lease was taken over may not notice at once";

  /** The credentials may not delete. */
  public static final String WITHOUT_DELETION =
      "pushes and restores work, but their leases and checkpoints stay, and nothing can be"
          + " repaired";

  private StoreWords() {}
}
