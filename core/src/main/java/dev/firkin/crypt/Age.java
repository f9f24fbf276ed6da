package dev.firkin.crypt;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whole age v1 files in memory, binary, as the stock {@code age} reads and writes them.
 *
 * <p>Thread-safe. Plaintext is released only after the last block was authenticated.
 */
public final class Age {
  private static final int HEADER_BYTES_EACH = 128;

  private Age() {}

  /** Encrypts {@code plaintext} (position to limit, not moved) to all of the recipients. */
  public static ByteBuffer encrypt(List<AgeRecipient> recipients, ByteBuffer plaintext) {
    return new AgeEncryptor(recipients).encrypt(plaintext);
  }

  /** Decrypts with the first of the identities that fits. */
  public static ByteBuffer decrypt(List<AgeIdentity> identities, ByteBuffer stored)
      throws CryptException {
    return decryptWith(identities.stream().map(AgeIdentity::stanzaReader).toList(), stored);
  }

  static ByteBuffer encryptTo(List<RecipientStanzaWriter> writers, ByteBuffer plaintext)
      throws GeneralSecurityException {
    return encryptTo(writers, plaintext, CryptoProvider.forSize(plaintext.remaining()));
  }

  /**
   * @param provider who encrypts the payload; empty: the JDK
   */
  static ByteBuffer encryptTo(
      List<RecipientStanzaWriter> writers, ByteBuffer plaintext, Optional<CryptoProvider> provider)
      throws GeneralSecurityException {
    int blocks = plaintext.remaining() / (64 << 10) + 1;
    BufferChannel out =
        new BufferChannel(
            plaintext.remaining() + blocks * 16 + HEADER_BYTES_EACH * (writers.size() + 2));
    try (WritableByteChannel channel =
        provider
            .map(CryptoProvider::payload)
            .map(StandardEncryptingChannelFactory::new)
            .orElseGet(StandardEncryptingChannelFactory::new)
            .newEncryptingChannel(out, writers)) {
      ByteBuffer in = plaintext.duplicate();
      while (in.hasRemaining()) {
        channel.write(in);
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    return out.written();
  }

  static ByteBuffer decryptWith(List<RecipientStanzaReader> readers, ByteBuffer stored)
      throws CryptException {
    Optional<CryptoProvider> provider = CryptoProvider.forSize(stored.remaining());
    try {
      return decryptWith(readers, stored, provider);
    } catch (DamagedAgeFileException e) {
      if (provider.isEmpty()) {
        throw e;
      }
      // What is called damaged may be moved away: nobody says so alone.
      ByteBuffer plaintext = decryptWith(readers, stored, Optional.empty());
      System.getLogger(Age.class.getName())
          .log(System.Logger.Level.WARNING, "BoringSSL could not read what the JDK reads", e);
      return plaintext;
    }
  }

  /**
   * @param provider who decrypts the payload; empty: the JDK
   */
  static ByteBuffer decryptWith(
      List<RecipientStanzaReader> readers, ByteBuffer stored, Optional<CryptoProvider> provider)
      throws CryptException {
    byte[] plaintext = new byte[stored.remaining()]; // always larger than its plaintext
    ByteBuffer out = ByteBuffer.wrap(plaintext);
    try (ReadableByteChannel channel =
        provider
            .map(CryptoProvider::payload)
            .map(StandardDecryptingChannelFactory::new)
            .orElseGet(StandardDecryptingChannelFactory::new)
            .newDecryptingChannel(new BufferChannel(stored.duplicate()), readers)) {
      ByteBuffer surplus = ByteBuffer.allocate(1);
      while (true) {
        int n = channel.read(out.hasRemaining() ? out : surplus);
        if (n < 0) {
          return out.flip();
        }
        if (surplus.position() > 0) {
          throw new IOException("the plaintext is larger than its file");
        }
      }
    } catch (UnsupportedRecipientStanzaException e) {
      Arrays.fill(plaintext, (byte) 0);
      throw new NoMatchingIdentityException(
          "none of the given identities can open this age file", null, e);
    } catch (TooMuchMemoryException e) {
      throw e.explained();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // The library throws unchecked exceptions on malformed headers too; to a caller all of them
      // mean one thing, and the cause is kept.
      Arrays.fill(plaintext, (byte) 0);
      throw new DamagedAgeFileException("not a complete, authentic age file", e);
    }
  }
}
