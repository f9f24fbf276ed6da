package dev.firkin.chunk;

import dev.firkin.FirkinException;
import java.util.Arrays;

/**
 * Content-defined cuts by FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking: a rolling
 * gear hash, a stricter mask below the average size and a laxer one above it, so that sizes gather
 * around the average. The exact rule is in {@code docs/format.md}, section 4.
 *
 * <p>One stream's state; not thread-safe. Memory: one buffer of {@code maxBytes}.
 */
public final class FastCdcChunker {
  /** Words in a gear table: one for each byte value. */
  public static final int GEAR_WORDS = 256;

  private final ChunkerParameters parameters;
  private final long[] gear;
  private final long strictMask;
  private final long laxMask;
  private final byte[] buffer;
  private int filled;
  private int scanned;
  private long fingerprint;

  /**
   * @param gear {@value #GEAR_WORDS} words, copied; from the repository secret, so that the lengths
   *     of chunks tell the store nothing about known content
   */
  public FastCdcChunker(ChunkerParameters parameters, long[] gear) {
    if (gear.length != GEAR_WORDS) {
      throw new IllegalArgumentException("a gear table has " + GEAR_WORDS + " words");
    }
    this.parameters = parameters;
    this.gear = gear.clone();
    // The top bits of the fingerprint have seen the most bytes (64 of them), the low ones few.
    this.strictMask = topBits(parameters.averageBits() + 2);
    this.laxMask = topBits(parameters.averageBits() - 2);
    this.buffer = new byte[parameters.maxBytes()];
  }

  private static long topBits(int bits) {
    return -1L << (Long.SIZE - bits);
  }

  /** Takes the next bytes of the stream and passes on every chunk that they complete. */
  public void write(byte[] bytes, int offset, int length, ChunkSink sink)
      throws FirkinException, InterruptedException {
    int from = offset;
    int left = length;
    while (left > 0) {
      int copied = Math.min(left, buffer.length - filled);
      System.arraycopy(bytes, from, buffer, filled, copied);
      filled += copied;
      from += copied;
      left -= copied;
      for (int cut = nextCut(); cut > 0; cut = nextCut()) {
        emit(cut, sink);
      }
    }
  }

  /** Ends the stream: passes on what is left as the last chunk, if anything is. */
  public void finish(ChunkSink sink) throws FirkinException, InterruptedException {
    if (filled > 0) {
      emit(filled, sink);
    }
  }

  private void emit(int end, ChunkSink sink) throws FirkinException, InterruptedException {
    byte[] chunk = Arrays.copyOf(buffer, end);
    System.arraycopy(buffer, end, buffer, 0, filled - end);
    filled -= end;
    scanned = 0;
    fingerprint = 0;
    sink.accept(chunk);
  }

  /** Where the first chunk in the buffer ends, or 0 where that needs more bytes. */
  private int nextCut() {
    int at = Math.max(scanned, parameters.minBytes());
    int strictEnd = Math.min(filled, parameters.averageBytes());
    long fp = fingerprint;
    for (; at < strictEnd; at++) {
      fp = (fp << 1) + gear[buffer[at] & 0xff];
      if ((fp & strictMask) == 0) {
        return at + 1;
      }
    }
    for (; at < filled; at++) {
      fp = (fp << 1) + gear[buffer[at] & 0xff];
      if ((fp & laxMask) == 0) {
        return at + 1;
      }
    }
    scanned = filled;
    fingerprint = fp;
    return filled == parameters.maxBytes() ? filled : 0;
  }
}
