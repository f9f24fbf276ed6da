package dev.firkin.repository.model;

import dev.firkin.chunk.ChunkId;
import java.util.List;

/** Chunks and pages that nothing named when it was written. */
public record Condemned(List<ChunkId> chunks, List<PageId> pages) {
  /** How many ids one object holds at most. */
  public static final int MOST = 100_000;

  public Condemned {
    chunks = List.copyOf(chunks);
    pages = List.copyOf(pages);
    if (chunks.size() + pages.size() > MOST) {
      throw new IllegalArgumentException("more than " + MOST + " condemned ids at once");
    }
  }
}
