package dev.firkin.crypt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** The X25519 identity that a passphrase gives through bcrypt; see {@code docs/format.md}, 9. */
final class BcryptIdentity {
  static final int MIN_COST = 10;
  static final int MAX_COST = 18;

  /** About half a second on a machine of 2024; the file of a slot can be attacked offline. */
  static final int DEFAULT_COST = 13;

  private static final byte[] HKDF_SALT =
      "firkin/v1/passphrase-slot".getBytes(StandardCharsets.US_ASCII);

  private BcryptIdentity() {}

  static AgeIdentity derive(Passphrase passphrase, PassphraseSlot.Bcrypt slot) {
    byte[] utf8 = passphrase.copyUtf8();
    byte[] password = new byte[0];
    try {
      // 48 bytes of hash are 64 characters: below bcrypt's 72 bytes, and never a zero byte.
      password = Base64.getEncoder().encode(MessageDigest.getInstance("SHA-384").digest(utf8));
      byte[] salt = HexFormat.of().parseHex(slot.salt());
      String bcrypt = OpenBSDBCrypt.generate("2b", password, salt, slot.cost());
      return AgeIdentity.ofScalar(
          Hkdf.derive(HKDF_SALT, bcrypt.getBytes(StandardCharsets.US_ASCII), slot.tag(), 32));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-384", e);
    } finally {
      Arrays.fill(utf8, (byte) 0);
      Arrays.fill(password, (byte) 0);
    }
  }
}
