package dev.firkin.crypt;

import dev.firkin.chunk.Hash256;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A hash for one purpose: HMAC-SHA-256 under a key of its own, or SHA-256 behind a prefix of its
 * own in a repository without encryption. Immutable and thread-safe.
 */
public sealed interface ContentHash {
  /** The hash of the concatenation of the parts. */
  Hash256 of(byte[]... parts);

  /**
   * The hash of the concatenation of the prefix and what remains in the buffer, whose position does
   * not move.
   */
  Hash256 of(byte[] prefix, ByteBuffer rest);

  /** HMAC-SHA-256. */
  static ContentHash keyed(byte[] key) {
    return new Keyed(new SecretKeySpec(key, Keyed.ALGORITHM));
  }

  /** SHA-256 of the prefix and the parts. */
  static ContentHash plain(byte[] prefix) {
    return new Plain(prefix.clone());
  }

  /** Under a key. */
  final class Keyed implements ContentHash {
    private static final String ALGORITHM = "HmacSHA256";
    private final SecretKeySpec key;

    private Keyed(SecretKeySpec key) {
      this.key = key;
    }

    @Override
    public Hash256 of(byte[]... parts) {
      Mac mac = mac();
      for (byte[] part : parts) {
        mac.update(part);
      }
      return Hash256.of(mac.doFinal());
    }

    @Override
    public Hash256 of(byte[] prefix, ByteBuffer rest) {
      Mac mac = mac();
      mac.update(prefix);
      mac.update(rest.duplicate());
      return Hash256.of(mac.doFinal());
    }

    private Mac mac() {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
        return mac;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
      }
    }

    @Override
    public String toString() {
      return "ContentHash[keyed]";
    }
  }

  /** Without a key. */
  final class Plain implements ContentHash {
    private final byte[] prefix;

    private Plain(byte[] prefix) {
      this.prefix = prefix;
    }

    @Override
    public Hash256 of(byte[]... parts) {
      MessageDigest digest = digest();
      for (byte[] part : parts) {
        digest.update(part);
      }
      return Hash256.of(digest.digest());
    }

    @Override
    public Hash256 of(byte[] before, ByteBuffer rest) {
      MessageDigest digest = digest();
      digest.update(before);
      digest.update(rest.duplicate());
      return Hash256.of(digest.digest());
    }

    private MessageDigest digest() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(prefix);
        return digest;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public String toString() {
      return "ContentHash[plain]";
    }
  }
}
