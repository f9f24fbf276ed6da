package dev.firkin.crypt;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.bech32.Bech32;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;

/**
 * An age X25519 private key, {@code AGE-SECRET-KEY-1…}; never printed by {@link #toString}. Our own
 * copy is zeroed on close; the age library's, in the reader that is kept, is not.
 */
public final class AgeIdentity implements AutoCloseable {
  private static final String PREFIX = "AGE-SECRET-KEY-";
  private static final int KEY_BYTES = 32;

  private final byte[] ascii;
  private final AgeRecipient recipient;
  private final RecipientStanzaReader stanzaReader;

  private AgeIdentity(byte[] ascii) throws GeneralSecurityException {
    this.ascii = ascii;
    byte[] publicText =
        new X25519KeyFactory().translateKey(new SecretKeySpec(ascii, "X25519")).getEncoded();
    this.recipient = new AgeRecipient(new String(publicText, StandardCharsets.US_ASCII));
    this.stanzaReader = X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(secretText());
  }

  public static AgeIdentity generate() {
    byte[] scalar = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(scalar);
    return ofScalar(scalar);
  }

  /**
   * @param scalar 32 bytes of X25519 private key; zeroed
   */
  public static AgeIdentity ofScalar(byte[] scalar) {
    try {
      String text = Bech32.getEncoder().encode(PREFIX, scalar).toString().toUpperCase(Locale.ROOT);
      return new AgeIdentity(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a scalar of 32 bytes is an X25519 private key", e);
    } finally {
      Arrays.fill(scalar, (byte) 0);
    }
  }

  /** One line of an identity file. The message of a failure never repeats it. */
  public static AgeIdentity parse(String line) throws CryptException {
    String text = line.strip();
    if (!text.startsWith(PREFIX)) {
      throw new CryptException(
          "not an age X25519 identity", "an identity begins with AGE-SECRET-KEY-1");
    }
    try {
      if (Bech32.getDecoder().decode(text).getData().length != KEY_BYTES) {
        throw new IllegalArgumentException("wrong length");
      }
      return new AgeIdentity(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // The cause may quote the key: it is left out on purpose.
      throw new CryptException(
          "the age identity is damaged: its checksum or length is wrong",
          "copy the line again; it begins with AGE-SECRET-KEY-1 and has 74 characters");
    }
  }

  public AgeRecipient recipient() {
    return recipient;
  }

  /** The secret text, for writing it to a file or into a slot. */
  public String secretText() {
    return new String(ascii, StandardCharsets.US_ASCII);
  }

  /** Made once: it computes the public key, which costs as much as opening a file. Stateless. */
  RecipientStanzaReader stanzaReader() {
    return stanzaReader;
  }

  @Override
  public void close() {
    Arrays.fill(ascii, (byte) 0);
  }

  @Override
  public String toString() {
    return "AgeIdentity[" + recipient + "]";
  }
}
