package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.model.Checkpoint;
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
  private long bytes;
  private long chunks;
  private long storedBytes;

  RunWriter(Pages pages) {
    this.pages = pages;
  }

  /** Adds the next reference, of a chunk that is known to be stored. */
  void add(ChunkRef ref) throws FirkinException {
    open.add(ref);
    count(ref);
    if (open.size() == ChunkRun.PAGE_REFS) {
      flush();
    }
  }

  /**
   * Adds a page that an earlier push has stored.
   *
   * @param refs in it, of chunks that are known to be stored
   */
  void adopt(PageId page, List<ChunkRef> refs) {
    if (!open.isEmpty() || refs.size() != ChunkRun.PAGE_REFS) {
      throw new IllegalArgumentException("only full pages can stand before others");
    }
    written.add(page);
    refs.forEach(this::count);
  }

  /** Plaintext bytes so far. */
  long bytes() {
    return bytes;
  }

  /** References so far. */
  long chunks() {
    return chunks;
  }

  /** What a later push needs to go on from here. */
  Checkpoint.Half soFar() {
    return new Checkpoint.Half(written, open);
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

  private void count(ChunkRef ref) {
    bytes += ref.plaintextBytes();
    storedBytes += ref.storedBytes();
    chunks++;
  }

  private void flush() throws FirkinException {
    written.add(pages.store(open));
    open.clear();
  }
}
