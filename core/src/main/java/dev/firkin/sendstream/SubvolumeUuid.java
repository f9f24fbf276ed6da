package dev.firkin.sendstream;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The UUID of a btrfs subvolume: 16 bytes, printed as btrfs prints them (lower case, big endian).
 *
 * @param mostSignificantBits the first eight bytes, big endian
 * @param leastSignificantBits the last eight bytes, big endian
 */
public record SubvolumeUuid(long mostSignificantBits, long leastSignificantBits)
    implements Comparable<SubvolumeUuid> {
  /** Length in bytes. */
  public static final int BYTES = 16;

  private static final Pattern CANONICAL =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Rejects the nil UUID, by which btrfs means "none". */
  public SubvolumeUuid {
    if (mostSignificantBits == 0 && leastSignificantBits == 0) {
      throw new IllegalArgumentException("the nil UUID names no subvolume");
    }
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException where {@code bytes} are not 16, or all zero
   */
  public static SubvolumeUuid ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a UUID has 16 bytes, not " + bytes.length);
    }
    return new SubvolumeUuid(bigEndian(bytes, 0), bigEndian(bytes, 8));
  }

  /**
   * Reads the text form, in either case.
   *
   * @throws IllegalArgumentException where {@code text} is no UUID
   */
  public static SubvolumeUuid parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!CANONICAL.matcher(lower).matches()) {
      throw new IllegalArgumentException("not a UUID: " + text);
    }
    UUID uuid = UUID.fromString(lower);
    return new SubvolumeUuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (mostSignificantBits >>> (56 - 8 * i));
      bytes[8 + i] = (byte) (leastSignificantBits >>> (56 - 8 * i));
    }
    return bytes;
  }

  @Override
  public int compareTo(SubvolumeUuid other) {
    int byMost = Long.compareUnsigned(mostSignificantBits, other.mostSignificantBits);
    return byMost != 0
        ? byMost
        : Long.compareUnsigned(leastSignificantBits, other.leastSignificantBits);
  }

  @Override
  public String toString() {
    return new UUID(mostSignificantBits, leastSignificantBits).toString();
  }

  private static long bigEndian(byte[] bytes, int at) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
