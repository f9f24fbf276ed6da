package dev.firkin.codec;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Plaintext to stored form and back: zstd, then age where there are recipients.
 *
 * <p>Thread-safe. Memory of one call: the input, and the output of each step.
 */
public final class Codec {
  /** zstd's own default: for a store behind a line, where bytes cost more than the processor. */
  public static final int DEFAULT_ZSTD_LEVEL = 3;

  /** For a store that is as fast as the processor: a third less work for 6 % more bytes. */
  public static final int FAST_ZSTD_LEVEL = 1;

  /** The levels above take hundreds of MB each, at both ends. */
  public static final int HIGHEST_ZSTD_LEVEL = 19;

  private final List<Step> steps;

  private Codec(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** Compresses only: a repository without encryption. */
  public static Codec plain(int zstdLevel) {
    return new Codec(List.of(new ZstdStep(checkedLevel(zstdLevel))));
  }

  /**
   * Compresses and encrypts.
   *
   * @param recipients one at the least; who can read what is encoded
   * @param identities who we are; without any, {@link #decode} says that one is needed
   */
  public static Codec encrypted(
      int zstdLevel, List<AgeRecipient> recipients, List<AgeIdentity> identities) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("an encrypting codec needs a recipient");
    }
    return new Codec(
        List.of(new ZstdStep(checkedLevel(zstdLevel)), new AgeStep(recipients, identities)));
  }

  /**
   * The stored form.
   *
   * @param plaintext kept as it is
   * @return position to limit; its array is the caller's
   */
  public ByteBuffer encode(byte[] plaintext) {
    ByteBuffer bytes = ByteBuffer.wrap(plaintext);
    for (Step step : steps) {
      bytes = step.forward(bytes);
    }
    return bytes;
  }

  /**
   * The plaintext. It is authentic only once its id or seal was checked as well.
   *
   * @param stored position to limit, kept as it is
   * @param maxBytes what the plaintext may have at the most
   * @throws CodecException if it is damaged
   * @throws dev.firkin.crypt.NoMatchingIdentityException if none of our identities opens it
   */
  public byte[] decode(ByteBuffer stored, int maxBytes) throws FirkinException {
    ByteBuffer bytes = onHeap(stored);
    for (Step step : steps.reversed()) {
      bytes = step.backward(bytes, maxBytes);
    }
    byte[] plaintext = new byte[bytes.remaining()];
    if (bytes.arrayOffset() == 0 && bytes.array().length == plaintext.length) {
      return bytes.array();
    }
    bytes.get(plaintext);
    return plaintext;
  }

  private static ByteBuffer onHeap(ByteBuffer stored) {
    if (stored.hasArray()) {
      return stored.duplicate();
    }
    ByteBuffer copy = ByteBuffer.allocate(stored.remaining());
    return copy.put(stored.duplicate()).flip();
  }

  private static int checkedLevel(int level) {
    if (level < 1 || level > HIGHEST_ZSTD_LEVEL) {
      throw new IllegalArgumentException(
          "the zstd level must be from 1 to " + HIGHEST_ZSTD_LEVEL + ", not " + level);
    }
    return level;
  }
}
