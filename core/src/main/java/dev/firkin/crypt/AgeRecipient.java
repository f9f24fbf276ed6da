package dev.firkin.crypt;

import com.exceptionfactory.jagged.bech32.Bech32;
import com.exceptionfactory.jagged.bech32.Bech32Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** An age X25519 public key in its text form, {@code age1…}. */
public record AgeRecipient(String text) {
  private static final String PREFIX = "age";
  private static final int KEY_BYTES = 32;

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
  }

  /** The recipient that a person or a file names. */
  public static AgeRecipient parse(String text) throws CryptException {
    String trimmed = text.strip();
    if (trimmed.startsWith("AGE-SECRET-KEY-")) {
      // Never echo it.
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
