package dev.firkin.chunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A chunk in several smaller ones that follow each other, for lines that drop before the whole is
 * through. The same chunk always gives the same pieces, so that they are found again.
 */
public final class Pieces {
  /** Two seconds at 1 Mbit/s. What is no larger is not divided. */
  public static final int MOST_BYTES = 256 << 10;

  private Pieces() {}

  /** Whether there would be more than one. */
  public static boolean areSmallerThan(int bytes) {
    return bytes > MOST_BYTES;
  }

  /** The pieces in order, together all of the chunk: as few as can be, as long as each other. */
  public static List<byte[]> of(byte[] chunk) {
    int pieceBytes = pieceBytes(chunk.length);
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < chunk.length; at += pieceBytes) {
      pieces.add(Arrays.copyOfRange(chunk, at, Math.min(chunk.length, at + pieceBytes)));
    }
    return pieces;
  }

  /** The first of them. */
  public static byte[] firstOf(byte[] chunk) {
    return Arrays.copyOf(chunk, pieceBytes(chunk.length));
  }

  private static int pieceBytes(int bytes) {
    int count = Math.ceilDiv(bytes, MOST_BYTES);
    return Math.ceilDiv(bytes, Math.max(1, count));
  }
}
