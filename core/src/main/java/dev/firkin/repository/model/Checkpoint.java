package dev.firkin.repository.model;

import dev.firkin.chunk.Hash256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How far an unfinished push is: what a later push of the same snapshot may take as stored.
 *
 * @param id of the upload: the snapshot id that its first subvolume alone gives
 * @param sendOptions of {@code btrfs send}: with others it writes another stream
 * @param marks points of the stream, in ascending order; the last one is how far it is
 * @param commands references to the commands of the stream before the last mark
 * @param data references to its data
 */
public record Checkpoint(
    RepositoryId repository,
    SnapshotId id,
    SnapshotName name,
    String host,
    Instant at,
    List<String> sendOptions,
    List<Mark> marks,
    Half commands,
    Half data) {
  /** Enough to find early that a stream is another one; more would only make checkpoints larger. */
  public static final int MAX_MARKS = 32;

  public Checkpoint {
    sendOptions = List.copyOf(sendOptions);
    marks = List.copyOf(marks);
    if (marks.isEmpty() || marks.size() > MAX_MARKS) {
      throw new IllegalArgumentException("a checkpoint with " + marks.size() + " marks");
    }
    for (int i = 1; i < marks.size(); i++) {
      if (marks.get(i - 1).streamBytes() >= marks.get(i).streamBytes()) {
        throw new IllegalArgumentException("the marks of a checkpoint are not in order");
      }
    }
  }

  /**
   * A point of a stream.
   *
   * @param streamBytes before it, at least one
   * @param sha256 of these bytes
   */
  public record Mark(long streamBytes, Hash256 sha256) {
    public Mark {
      if (streamBytes < 1) {
        throw new IllegalArgumentException("a mark at " + streamBytes);
      }
    }

    /**
     * These marks and a later one. Where they would be too many, the one whose neighbours are
     * closest to each other is left out, so that they stay spread over the whole stream.
     */
    public static List<Mark> append(List<Mark> marks, Mark later) {
      List<Mark> all = new ArrayList<>(marks);
      if (all.size() == MAX_MARKS) {
        int closest = 1;
        for (int i = 2; i < all.size() - 1; i++) {
          if (gapWithout(all, i) < gapWithout(all, closest)) {
            closest = i;
          }
        }
        all.remove(closest);
      }
      all.add(later);
      return List.copyOf(all);
    }

    private static long gapWithout(List<Mark> marks, int i) {
      return marks.get(i + 1).streamBytes() - marks.get(i - 1).streamBytes();
    }
  }

  /**
   * References to the chunks of the commands, or of the data, in stream order.
   *
   * @param pages full ones
   * @param open what follows them and does not fill a page yet
   */
  public record Half(List<PageId> pages, List<ChunkRef> open) {
    public Half {
      pages = List.copyOf(pages);
      open = List.copyOf(open);
      if (open.size() >= ChunkRun.PAGE_REFS) {
        throw new IllegalArgumentException(open.size() + " references would fill a page");
      }
    }
  }

  /** Of the stream that are stored, from its beginning. */
  public long streamBytes() {
    return marks.getLast().streamBytes();
  }
}
