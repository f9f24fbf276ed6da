package dev.firkin.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** MD5 as the header {@code Content-MD5} has it: against accidents, not against people. */
final class Md5Text {
  private Md5Text() {}

  /**
   * Of the bytes from position to limit.
   *
   * @param body is not changed
   */
  static String of(ByteBuffer body) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(body.duplicate());
      return Base64.getEncoder().encodeToString(md5.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
