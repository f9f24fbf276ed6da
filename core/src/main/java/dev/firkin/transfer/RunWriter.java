package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.ChunkRun.References;
import dev.firkin.repository.model.PageId;
import java.util.ArrayList;
import java.util.List;

/** Writes down the references of one lane as they come: full pages at once, the rest at the end. */
final class RunWriter {
  private final Pages pages;
  private final List<ChunkRef> open = new ArrayList<>();
  private final List<PageId> written = new ArrayList<>();
  private int reported;
  private long bytes;
  private long chunks;
  private long storedBytes;

  RunWriter(Pages pages) {
    this.pages = pages;
  }

  /**
   * Adds the next reference, of a chunk that is known to be stored.
   *
   * @return whether a page was stored by it
   */
  boolean add(ChunkRef ref) throws FirkinException {
    open.add(ref);
    bytes += ref.plaintextBytes();
    storedBytes += ref.storedBytes();
    chunks++;
    if (open.size() < ChunkRun.PAGE_REFS) {
      return false;
    }
    flush();
    return true;
  }

  /** Plaintext bytes so far. */
  long bytes() {
    return bytes;
  }

  /** The pages stored since this was asked before. */
  List<PageId> newPages() {
    List<PageId> fresh = List.copyOf(written.subList(reported, written.size()));
    reported = written.size();
    return fresh;
  }

  /** The whole run; stores what is left. */
  ChunkRun finish() throws FirkinException {
    if (chunks <= ChunkRun.MAX_INLINE) {
      return ChunkRun.inline(open);
    }
    if (!open.isEmpty()) {
      flush();
    }
    return new ChunkRun(bytes, chunks, storedBytes, new References.Paged(written));
  }

  private void flush() throws FirkinException {
    written.add(pages.store(open));
    open.clear();
  }
}
