package dev.firkin.transfer;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint.Mark;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The beginning of a stream, as the reader goes past what an earlier push has stored of it: the
 * bytes of stored chunks are not cut again, but all of them are hashed, and must give at each mark
 * what they gave then. For one thread.
 */
final class StoredPrefix {
  private final Deque<Mark> ahead;
  private final long checkedBytes;
  private long commandBytesLeft;
  private long dataBytesLeft;

  /**
   * @param marks where the hash is known; after the last one the stream is new
   * @param commandBytes that are stored
   * @param dataBytes that are stored
   */
  StoredPrefix(List<Mark> marks, long commandBytes, long dataBytes) {
    this.ahead = new ArrayDeque<>(marks);
    this.checkedBytes =
        marks.isEmpty() ? 0 : Math.min(marks.getLast().streamBytes(), commandBytes + dataBytes);
    this.commandBytesLeft = commandBytes;
    this.dataBytesLeft = dataBytes;
  }

  /**
   * How much of the stream was checked, command by command, by whoever stored it: what lies in
   * chunks has been through the splitter, while the last mark may stand where only the hasher was.
   */
  long checkedBytes() {
    return checkedBytes;
  }

  /** Whether every mark was reached, and was right. */
  boolean isProven() {
    return ahead.isEmpty();
  }

  /** How far the reader may read at once from a position. */
  long mostAt(long position) {
    return isProven() ? Long.MAX_VALUE : ahead.getFirst().streamBytes() - position;
  }

  /**
   * Goes past the next bytes of a lane.
   *
   * @return how many of them are stored already
   */
  int passOver(Lane lane, int bytes) {
    return switch (lane) {
      case COMMANDS -> {
        int n = (int) Math.min(commandBytesLeft, bytes);
        commandBytesLeft -= n;
        yield n;
      }
      case DATA -> {
        int n = (int) Math.min(dataBytesLeft, bytes);
        dataBytesLeft -= n;
        yield n;
      }
    };
  }

  /** Whether a mark stands at a position that the reader has come to. */
  boolean marksAt(long position) {
    return !isProven() && ahead.getFirst().streamBytes() == position;
  }

  /**
   * Goes past the mark that the reader has come to.
   *
   * @return whether the stream is still the one that is stored
   */
  boolean pass(Hash256 sha256) {
    boolean same = ahead.removeFirst().sha256().equals(sha256);
    return same && (!isProven() || (commandBytesLeft == 0 && dataBytesLeft == 0));
  }
}
