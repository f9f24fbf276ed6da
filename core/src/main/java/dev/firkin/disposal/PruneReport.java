package dev.firkin.disposal;

import java.time.Instant;
import java.util.Optional;

/**
 * What a prune found and did; of a trial, what it would have done.
 *
 * @param snapshots whose chunks stay
 * @param chunksKept number of chunks that something names
 * @param deleted garbage that is gone
 * @param waiting garbage that goes when its grace period is over
 * @param condemned how much of what waits was condemned by this prune
 * @param locked how much of what waits has waited long enough, and is kept from being deleted by
 *     the store
 * @param lockedUntil when the last of these locks ends
 * @param olderVersions whether the store keeps what is deleted as an older version
 * @param trash objects that were deleted of the trash
 * @param uploads checkpoints of abandoned pushes that were deleted
 */
public record PruneReport(
    int snapshots,
    long chunksKept,
    Garbage deleted,
    Garbage waiting,
    Garbage condemned,
    Garbage locked,
    Optional<Instant> lockedUntil,
    boolean olderVersions,
    long trash,
    long uploads) {

  /**
   * Chunks and pages.
   *
   * @param chunkBytes stored length of the chunks
   */
  public record Garbage(long chunks, long chunkBytes, long pages) {
    static final Garbage NONE = new Garbage(0, 0, 0);

    Garbage plusChunk(long bytes) {
      return new Garbage(chunks + 1, chunkBytes + bytes, pages);
    }

    Garbage plusPage() {
      return new Garbage(chunks, chunkBytes, pages + 1);
    }

    public boolean isEmpty() {
      return chunks == 0 && pages == 0;
    }
  }
}
