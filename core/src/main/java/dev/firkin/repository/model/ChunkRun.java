package dev.firkin.repository.model;

import java.util.List;

/**
 * The chunks that make up the commands or the data of a stream, in stream order.
 *
 * @param bytes plaintext bytes of all chunks
 * @param chunks number of references; the same chunk may be named more than once
 * @param storedBytes sum of the references' stored lengths
 */
public record ChunkRun(long bytes, long chunks, long storedBytes, References references) {
  /** A run with no more references than this is written into the manifest itself. */
  public static final int MAX_INLINE = 64;

  /** References of a full page. */
  public static final int PAGE_REFS = 1024;

  public static final ChunkRun EMPTY = inline(List.of());

  public ChunkRun {
    if (bytes < 0 || chunks < 0 || storedBytes < 0 || bytes < chunks || storedBytes < chunks) {
      throw new IllegalArgumentException(
          "a run cannot have "
              + bytes
              + " bytes in "
              + chunks
              + " chunks, stored as "
              + storedBytes);
    }
    switch (references) {
      case References.Inline inline -> {
        long sum = 0;
        long stored = 0;
        for (ChunkRef ref : inline.refs()) {
          sum += ref.plaintextBytes();
          stored += ref.storedBytes();
        }
        if (inline.refs().size() != chunks || sum != bytes || stored != storedBytes) {
          throw new IllegalArgumentException("the references of a run do not add up to it");
        }
      }
      case References.Paged paged -> {
        if (paged.pages().size() != (chunks + PAGE_REFS - 1) / PAGE_REFS) {
          throw new IllegalArgumentException(
              chunks + " chunks do not fill " + paged.pages().size() + " pages");
        }
      }
    }
  }

  /** Where the references stand. */
  public sealed interface References {
    /** In the manifest. */
    record Inline(List<ChunkRef> refs) implements References {
      public Inline {
        refs = List.copyOf(refs);
        if (refs.size() > MAX_INLINE) {
          throw new IllegalArgumentException(refs.size() + " references are too many for inline");
        }
      }
    }

    /** In these pages, in this order. */
    record Paged(List<PageId> pages) implements References {
      public Paged {
        pages = List.copyOf(pages);
      }
    }
  }

  public static ChunkRun inline(List<ChunkRef> refs) {
    return new ChunkRun(
        refs.stream().mapToLong(ChunkRef::plaintextBytes).sum(),
        refs.size(),
        refs.stream().mapToLong(ChunkRef::storedBytes).sum(),
        new References.Inline(refs));
  }
}
