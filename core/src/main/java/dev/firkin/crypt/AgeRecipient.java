package dev.firkin.crypt;

import com.exceptionfactory.jagged.bech32.Bech32;
import com.exceptionfactory.jagged.bech32.Bech32Address;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/** An age X25519 public key in its text form, {@code age1…}. */
public record AgeRecipient(String text) {
  private static final String PREFIX = "age";
  private static final int KEY_BYTES = 32;

  /** The prime of Curve25519. */
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  /**
   * The points of small order, on the curve or its twist (https://cr.yp.to/ecdh.html, "How do I
   * validate Curve25519 public keys"): with them everybody would share the same secret, and age
   * refuses to encrypt.
   */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          new BigInteger(
              "325606250916557431795983626356110631294008115727848805560023387167927233504"),
          new BigInteger(
              "39382357235489614581723060781553021112529911719440698176882885853963445705823"));

  /**
   * @throws IllegalArgumentException if the text is no X25519 recipient; use {@link #parse} for
   *     what people typed
   */
  public AgeRecipient {
    Bech32Address address = Bech32.getDecoder().decode(text);
    if (!PREFIX.contentEquals(address.getHumanReadablePart())
        || address.getData().length != KEY_BYTES) {
      throw new IllegalArgumentException("not an age X25519 recipient: " + text);
    }
    if (SMALL_ORDER.contains(coordinate(address.getData()))) {
      throw new IllegalArgumentException("a recipient that no identity belongs to: " + text);
    }
  }

  /** The recipient that a person or a file names. */
  public static AgeRecipient parse(String text) throws CryptException {
    String trimmed = text.strip();
    if (trimmed.toUpperCase(Locale.ROOT).contains("AGE-SECRET-KEY-")) {
      // Never echo it, whatever stands before it.
      throw new CryptException(
          "this is an identity, the secret half of a key pair, where a recipient is wanted",
          "a recipient begins with age1; 'age-keygen -y FILE' prints the one of an identity file");
    }
    try {
      return new AgeRecipient(trimmed);
    } catch (IllegalArgumentException e) {
      throw new CryptException(
          "not an age X25519 recipient: " + trimmed,
          "a recipient begins with age1 and has 62 characters; 'firkin keygen' makes a pair",
          e);
    }
  }

  /** RFC 7748, section 5: little-endian, without the highest bit, modulo the prime. */
  private static BigInteger coordinate(byte[] littleEndian) {
    byte[] bigEndian = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      bigEndian[i] = littleEndian[KEY_BYTES - 1 - i];
    }
    return new BigInteger(1, bigEndian).clearBit(255).mod(P);
  }

  /** 16 hexadecimal digits that name this recipient's key slots in the store. */
  public String tag() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
