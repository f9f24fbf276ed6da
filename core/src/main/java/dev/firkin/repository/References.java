package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.PageId;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Walks the references of a run in stream order, one page in memory at a time, and checks at the
 * end that they add up to what the manifest says. Not thread-safe.
 */
public final class References {
  private final Pages pages;
  private final ChunkRun run;
  private final Iterator<PageId> unread;
  private Iterator<ChunkRef> page;
  private long bytes;
  private long chunks;
  private boolean incomplete;

  public References(Pages pages, ChunkRun run) {
    this.pages = pages;
    this.run = run;
    switch (run.references()) {
      case ChunkRun.References.Inline inline -> {
        this.page = inline.refs().iterator();
        this.unread = List.<PageId>of().iterator();
      }
      case ChunkRun.References.Paged paged -> {
        this.page = List.<ChunkRef>of().iterator();
        this.unread = paged.pages().iterator();
      }
    }
  }

  /**
   * The next reference, or empty after the last.
   *
   * @throws DamagedException if a page is missing or damaged; who goes on gets what follows it
   */
  public Optional<ChunkRef> next() throws FirkinException {
    while (!page.hasNext()) {
      if (!unread.hasNext()) {
        if (!incomplete) {
          checkSum();
        }
        return Optional.empty();
      }
      PageId next = unread.next();
      try {
        page = pages.read(next).iterator();
      } catch (DamagedException e) {
        incomplete = true;
        throw e;
      }
    }
    ChunkRef ref = page.next();
    bytes += ref.plaintextBytes();
    chunks++;
    return Optional.of(ref);
  }

  private void checkSum() throws DamagedException {
    incomplete = true; // said once
    if (bytes != run.bytes() || chunks != run.chunks()) {
      throw new DamagedException(
          "pages/",
          "the pages of a snapshot hold "
              + bytes
              + " bytes in "
              + chunks
              + " chunks where its manifest says "
              + run.bytes()
              + " in "
              + run.chunks(),
          "run 'firkin verify'",
          null);
    }
  }
}
