package dev.firkin.sendstream;

import dev.firkin.FirkinException;
import java.util.Optional;

/**
 * Checks a stream as it passes and splits it into commands and data, without copying.
 *
 * <p>Bytes reach the sink before the CRC of their command is proven: nothing may be committed
 * before {@link #finish} returned. A stream that does not begin with the magic is opaque. For one
 * thread; after an exception of any kind the splitter is spent.
 */
public final class StreamSplitter {
  private enum Kind {
    UNDECIDED,
    BTRFS,
    OPAQUE
  }

  private final SplitSink sink;
  private final Framing framing;
  private final byte[] magic = Framing.magic();

  private Kind kind = Kind.UNDECIDED;
  private int magicMatched;
  private long commandBytes;
  private long dataBytes;

  /** One that checks all of the stream. */
  public StreamSplitter(SplitSink sink) {
    this(sink, 0);
  }

  /**
   * As the other constructor.
   *
   * @param provenBytes the caller knows the hash of so many bytes of the stream that was checked
   *     once, compares it, and throws all away where it is another: CRCs of the commands within are
   *     not computed again, but for those that begin a subvolume
   */
  public StreamSplitter(SplitSink sink, long provenBytes) {
    this.sink = sink;
    this.framing = new Framing(CommandVisitor.NONE, true, provenBytes);
  }

  /**
   * Takes the next bytes of the stream, any number of them.
   *
   * @throws MalformedStreamException where they cannot belong to an undamaged stream
   * @throws FirkinException from the sink
   * @throws InterruptedException from the sink
   */
  public void write(byte[] b, int off, int len) throws FirkinException, InterruptedException {
    int end = off + len;
    int at = kind == Kind.UNDECIDED ? decide(b, off, end) : off;
    if (at == end) {
      return;
    }
    if (kind == Kind.OPAQUE) {
      emitData(b, at, end - at);
    } else {
      split(b, at, end);
    }
  }

  /** The first subvolume, as soon as its command was seen, proven by its CRC. */
  public Optional<SubvolumeHeader> firstSubvolume() {
    return framing.subvolumes().stream().findFirst();
  }

  /**
   * Ends the stream.
   *
   * @throws MalformedStreamException where it may not end here
   * @throws FirkinException from the sink
   * @throws InterruptedException from the sink
   */
  public StreamSummary finish() throws FirkinException, InterruptedException {
    if (kind == Kind.UNDECIDED) {
      if (magicMatched == 0) {
        return new StreamSummary.EmptyStream();
      }
      kind = Kind.OPAQUE;
      emitData(magic, 0, magicMatched);
    }
    if (kind == Kind.OPAQUE) {
      return new StreamSummary.OpaqueStream(dataBytes);
    }
    framing.end();
    return new StreamSummary.BtrfsStream(
        framing.highestVersion(), framing.subvolumes(), commandBytes, dataBytes);
  }

  /** Compares with the magic; bytes that match are held back, being known, until it is decided. */
  private int decide(byte[] b, int off, int end) throws FirkinException, InterruptedException {
    int at = off;
    while (at < end && kind == Kind.UNDECIDED) {
      if (b[at] != magic[magicMatched]) {
        kind = Kind.OPAQUE;
        emitData(magic, 0, magicMatched);
      } else {
        at++;
        magicMatched++;
        if (magicMatched == magic.length) {
          kind = Kind.BTRFS;
          framing.accept(magic, 0, magic.length);
          emitCommands(magic, 0, magic.length);
        }
      }
    }
    return at;
  }

  private void split(byte[] b, int off, int end) throws FirkinException, InterruptedException {
    int runStart = off;
    int at = off;
    while (at < end) {
      boolean payload = framing.wantsPayload();
      int n = Math.min(framing.wanted(), end - at);
      if (payload) {
        emitCommands(b, runStart, at - runStart);
      }
      framing.accept(b, at, n);
      at += n;
      if (payload) {
        emitData(b, at - n, n);
        runStart = at;
      }
    }
    emitCommands(b, runStart, end - runStart);
  }

  private void emitCommands(byte[] b, int off, int len)
      throws FirkinException, InterruptedException {
    if (len > 0) {
      commandBytes += len;
      sink.commands(b, off, len);
    }
  }

  private void emitData(byte[] b, int off, int len) throws FirkinException, InterruptedException {
    if (len > 0) {
      dataBytes += len;
      sink.data(b, off, len);
    }
  }
}
