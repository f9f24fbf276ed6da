package dev.firkin.disposal;

/** How far a prune is, for others to show. Written by one thread, read by any. */
public final class PruneProgress {
  private volatile String doing = "reading what is needed";
  private volatile long looked;
  private volatile long deleted;

  /** In a few words. */
  public String doing() {
    return doing;
  }

  /** Chunks that were looked at. */
  public long looked() {
    return looked;
  }

  /** Objects that are gone. */
  public long deleted() {
    return deleted;
  }

  void now(String what) {
    doing = what;
  }

  void looked(long count) {
    looked = count;
  }

  void deleted(long count) {
    deleted = count;
  }
}
