package dev.firkin.sendstream;

/** Integers as they stand in the stream. */
final class LittleEndian {
  private LittleEndian() {}

  /** The unsigned integer in {@code size} bytes of {@code b} from {@code at}. */
  static long read(byte[] b, int at, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (b[at + i] & 0xff);
    }
    return value;
  }

  static void write(byte[] b, int at, int size, long value) {
    for (int i = 0; i < size; i++) {
      b[at + i] = (byte) (value >>> (8 * i));
    }
  }
}
