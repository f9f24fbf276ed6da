package dev.firkin.sendstream;

import dev.firkin.FirkinException;

/** The bytes are not what a complete, undamaged send stream consists of. */
public final class MalformedStreamException extends FirkinException {
  private static final long serialVersionUID = 1L;

  private final long streamOffset;
  private final boolean truncated;

  private MalformedStreamException(
      String message, String hint, long streamOffset, boolean truncated) {
    super(message, hint);
    this.streamOffset = streamOffset;
    this.truncated = truncated;
  }

  static MalformedStreamException damaged(long streamOffset, String what) {
    return new MalformedStreamException(
        "send stream is damaged at byte " + streamOffset + ": " + what,
        "the stream must not be used; make it again with 'btrfs send'",
        streamOffset,
        false);
  }

  static MalformedStreamException truncated(long streamOffset, String what) {
    return new MalformedStreamException(
        "send stream stops early, after byte " + streamOffset + ": " + what,
        "look why its producer stopped and run the same command again",
        streamOffset,
        true);
  }

  /** Bytes from the start of the stream to where it was found out. */
  public long streamOffset() {
    return streamOffset;
  }

  /** Whether the stream is right so far but ends too soon; otherwise a byte of it is wrong. */
  public boolean truncated() {
    return truncated;
  }
}
