package dev.firkin.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** CRC-32C as S3 writes it: four bytes, the highest first, in Base64. */
final class Crc32cText {
  private Crc32cText() {}

  /** Of the bytes from position to limit, which stay as they are. */
  static String of(ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(body.duplicate());
    byte[] bytes = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** What was written so; empty for nothing, and for what was not. */
  static OptionalInt parse(@Nullable String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text == null ? "" : text);
      return bytes.length == 4
          ? OptionalInt.of(ByteBuffer.wrap(bytes).getInt())
          : OptionalInt.empty();
    } catch (IllegalArgumentException e) {
      return OptionalInt.empty(); // somebody else's: nothing to check by
    }
  }
}
