package dev.firkin.crypt;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * The scrypt recipient type of age v1 ("The scrypt recipient type"), which the age library does not
 * bring: {@code -> scrypt <salt> <log2 N>} and the file key under ChaCha20-Poly1305.
 */
final class ScryptStanza {
  /** 128 MiB of memory, so that it fits the default heap; the age program itself writes 18. */
  static final int WORK_FACTOR = 17;

  /** As a reader; more would let the store make us burn memory. */
  static final int MAX_WORK_FACTOR = 20;

  private static final String TYPE = "scrypt";
  private static final byte[] LABEL =
      "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK_SIZE = 8;
  private static final int SALT_BYTES = 16;
  private static final int WRAPPED_BYTES = 32;

  private ScryptStanza() {}

  static RecipientStanzaWriter writer(Passphrase passphrase) {
    return writer(passphrase, WORK_FACTOR);
  }

  static RecipientStanzaWriter writer(Passphrase passphrase, int workFactor) {
    return fileKey -> {
      byte[] salt = new byte[SALT_BYTES];
      new SecureRandom().nextBytes(salt);
      byte[] key = key(passphrase, salt, workFactor);
      try {
        byte[] body = cipher(Cipher.ENCRYPT_MODE, key).doFinal(fileKey.getEncoded());
        String saltText = Base64.getEncoder().withoutPadding().encodeToString(salt);
        return List.of(new Stanza(List.of(saltText, Integer.toString(workFactor)), body));
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    };
  }

  static RecipientStanzaReader reader(Passphrase passphrase) {
    return stanzas -> {
      Iterator<RecipientStanza> each = stanzas.iterator();
      RecipientStanza stanza = each.next();
      if (!TYPE.equals(stanza.getType())) {
        throw new UnsupportedRecipientStanzaException("not encrypted to a passphrase");
      }
      if (each.hasNext()) {
        // The specification: a scrypt stanza stands alone, else it would authenticate nobody.
        throw new GeneralSecurityException("a scrypt stanza beside others");
      }
      List<String> arguments = stanza.getArguments();
      if (arguments.size() != 2
          || !arguments.get(1).matches("[1-9][0-9]?")
          || stanza.getBody().length != WRAPPED_BYTES) {
        throw new GeneralSecurityException("malformed scrypt stanza");
      }
      int workFactor = Integer.parseInt(arguments.get(1));
      byte[] salt = Base64.getDecoder().decode(arguments.get(0));
      if (salt.length != SALT_BYTES || workFactor > MAX_WORK_FACTOR) {
        throw new GeneralSecurityException("scrypt work factor or salt out of bounds");
      }
      if (memoryBytes(workFactor) > Runtime.getRuntime().maxMemory() / 4 * 3) {
        throw new TooMuchMemoryException(memoryBytes(workFactor));
      }
      byte[] key = key(passphrase, salt, workFactor);
      try {
        return new FileKey(cipher(Cipher.DECRYPT_MODE, key).doFinal(stanza.getBody()));
      } catch (AEADBadTagException e) {
        throw new UnsupportedRecipientStanzaException("wrong passphrase");
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    };
  }

  /** What the file makes us spend before it can be known whose it is. */
  private static long memoryBytes(int workFactor) {
    return (128L * BLOCK_SIZE) << workFactor;
  }

  private static byte[] key(Passphrase passphrase, byte[] salt, int workFactor) {
    byte[] utf8 = passphrase.copyUtf8();
    byte[] labelled = Arrays.copyOf(LABEL, LABEL.length + salt.length);
    System.arraycopy(salt, 0, labelled, LABEL.length, salt.length);
    try {
      return SCrypt.generate(utf8, labelled, 1 << workFactor, BLOCK_SIZE, 1, 32);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }

  private static Cipher cipher(int mode, byte[] key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
    return cipher;
  }

  private static final class Stanza implements RecipientStanza {
    private final List<String> arguments;
    private final byte[] body;

    private Stanza(List<String> arguments, byte[] body) {
      this.arguments = arguments;
      this.body = body;
    }

    @Override
    public String getType() {
      return TYPE;
    }

    @Override
    public List<String> getArguments() {
      return arguments;
    }

    @Override
    public byte[] getBody() {
      return body.clone();
    }
  }
}
