package dev.firkin.sendstream;

import java.util.List;

/** What a stream turned out to be, once all of it was seen and found right. */
public sealed interface StreamSummary {
  /** Bytes of the whole stream. */
  default long totalBytes() {
    return Math.addExact(commandBytes(), dataBytes());
  }

  /** Bytes that went to the commands. */
  long commandBytes();

  /** Bytes that went to the data. */
  long dataBytes();

  /**
   * A complete btrfs send stream, or several back to back.
   *
   * @param version the protocol version: the highest, where there are several
   * @param subvolumes in stream order, at least one
   */
  record BtrfsStream(
      int version, List<SubvolumeHeader> subvolumes, long commandBytes, long dataBytes)
      implements StreamSummary {
    public BtrfsStream {
      subvolumes = List.copyOf(subvolumes);
      if (subvolumes.isEmpty()) {
        throw new IllegalArgumentException("a complete stream has a subvolume");
      }
    }
  }

  /** Anything else; whether it is complete is known to its producer only. */
  record OpaqueStream(long dataBytes) implements StreamSummary {
    @Override
    public long commandBytes() {
      return 0;
    }
  }

  /** Not one byte: a producer that failed, more likely than not. */
  record EmptyStream() implements StreamSummary {
    @Override
    public long commandBytes() {
      return 0;
    }

    @Override
    public long dataBytes() {
      return 0;
    }
  }
}
