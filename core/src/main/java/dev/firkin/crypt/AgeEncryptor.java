package dev.firkin.crypt;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** Encrypts many files to the same recipients. Thread-safe; keeps no secret. */
public final class AgeEncryptor {
  /** Stateless, and made once: to make one costs as much as half a file. */
  private final List<RecipientStanzaWriter> writers;

  /**
   * @param recipients one at the least
   */
  public AgeEncryptor(List<AgeRecipient> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("an age file needs a recipient");
    }
    List<RecipientStanzaWriter> made = new ArrayList<>(recipients.size());
    try {
      for (AgeRecipient recipient : recipients) {
        made.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient.text()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt to valid recipients", e);
    }
    this.writers = List.copyOf(made);
  }

  /** One age file of {@code plaintext} (position to limit, not moved), with keys of its own. */
  public ByteBuffer encrypt(ByteBuffer plaintext) {
    try {
      return Age.encryptTo(writers, plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt to valid recipients", e);
    }
  }
}
