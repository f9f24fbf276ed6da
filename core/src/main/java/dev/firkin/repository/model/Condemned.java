package dev.firkin.repository.model;

import dev.firkin.chunk.ChunkId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Chunks and pages that nothing named when it was written.
 *
 * @param since by the store's clock, where it was written anew: when it was first
 */
public record Condemned(List<ChunkId> chunks, List<PageId> pages, Optional<Instant> since) {
  /** How many ids one object holds at most. */
  public static final int MOST = 100_000;

  /** Now. */
  public Condemned(List<ChunkId> chunks, List<PageId> pages) {
    this(chunks, pages, Optional.empty());
  }

  public Condemned {
    chunks = List.copyOf(chunks);
    pages = List.copyOf(pages);
    if (chunks.size() + pages.size() > MOST) {
      throw new IllegalArgumentException("more than " + MOST + " condemned ids at once");
    }
  }
}
