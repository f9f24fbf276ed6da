package dev.firkin.sendstream;

import java.util.zip.CRC32C;

/**
 * The CRC of a command: CRC-32C with seed 0 and without the final inversion, over the header, its
 * CRC field as zero, and the body.
 *
 * <p>{@link CRC32C}, which the JVM computes by special instructions, starts with all ones and
 * inverts at the end. A CRC register takes each of the first four bytes in by XOR, so starting with
 * all ones is the same as starting with zero and complementing those four bytes; complementing them
 * once more and undoing the final inversion gives the seed 0 variant.
 */
final class CommandCrc {
  private final CRC32C crc = new CRC32C();
  private final byte[] header = new byte[Framing.COMMAND_HEADER_BYTES];

  /** Starts a command by its header fields. */
  void begin(long bodyBytes, int commandNumber) {
    LittleEndian.write(header, 0, 4, ~bodyBytes);
    LittleEndian.write(header, 4, 2, commandNumber);
    crc.reset();
    crc.update(header);
  }

  void update(byte[] b, int off, int len) {
    crc.update(b, off, len);
  }

  long value() {
    return ~crc.getValue() & 0xffff_ffffL;
  }

  /** The CRC of at least four bytes that are no command. */
  static long of(byte[] bytes) {
    byte[] complemented = bytes.clone();
    for (int i = 0; i < 4; i++) {
      complemented[i] = (byte) ~complemented[i];
    }
    CRC32C crc = new CRC32C();
    crc.update(complemented);
    return ~crc.getValue() & 0xffff_ffffL;
  }
}
