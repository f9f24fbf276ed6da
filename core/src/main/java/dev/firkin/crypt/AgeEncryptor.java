package dev.firkin.crypt;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Encrypts many files to the same recipients. Thread-safe; keeps no secret. */
public final class AgeEncryptor {
  private final List<AgeRecipient> recipients;

  /** By the JDK; stateless, and made once: to make one costs as much as half a file. */
  private final List<RecipientStanzaWriter> writers;

  /** By the provider for what is large, once that was met. */
  private volatile @Nullable List<RecipientStanzaWriter> writersOfLarge;

  /**
   * @param recipients one at the least
   */
  public AgeEncryptor(List<AgeRecipient> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("an age file needs a recipient");
    }
    this.recipients = List.copyOf(recipients);
    this.writers = writers(this.recipients, Optional.empty());
  }

  /**
   * @param provider whose X25519; empty: the JDK's
   */
  static List<RecipientStanzaWriter> writers(
      List<AgeRecipient> recipients, Optional<CryptoProvider> provider) {
    List<RecipientStanzaWriter> made = new ArrayList<>(recipients.size());
    try {
      for (AgeRecipient recipient : recipients) {
        made.add(
            provider.isPresent()
                ? X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(
                    recipient.text(), provider.get().keys())
                : X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient.text()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt to valid recipients", e);
    }
    return List.copyOf(made);
  }

  private List<RecipientStanzaWriter> writersFor(int bytes) {
    Optional<CryptoProvider> provider = CryptoProvider.forSize(bytes);
    if (provider.isEmpty()) {
      return writers;
    }
    List<RecipientStanzaWriter> known = writersOfLarge;
    if (known == null) { // two threads may make them at once: they are alike
      known = writers(recipients, provider);
      writersOfLarge = known;
    }
    return known;
  }

  /** One age file of {@code plaintext} (position to limit, not moved), with keys of its own. */
  public ByteBuffer encrypt(ByteBuffer plaintext) {
    try {
      return Age.encryptTo(writersFor(plaintext.remaining()), plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt to valid recipients", e);
    }
  }
}
