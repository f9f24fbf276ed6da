package dev.firkin.crypt;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * Who computes the ChaCha20-Poly1305 of a large age file's payload, and the X25519 of those that
 * are written: BoringSSL, by way of Conscrypt, where its library loads (Linux with glibc). The
 * JDK's Poly1305 takes four times as long on an x86 CPU without AVX-512 or AVX IFMA, its X25519 six
 * times. What is small stays with the JDK: to load the other takes longer than it saves of a few
 * manifests. Thread-safe.
 *
 * @param payload its ciphers
 * @param keys its X25519
 */
record CryptoProvider(Provider payload, Provider keys) {
  private static final int LARGE_BYTES = 64 << 10;

  /** For a file of so many bytes; empty: the JDK's own. */
  static Optional<CryptoProvider> forSize(int bytes) {
    return bytes < LARGE_BYTES ? Optional.empty() : BoringSsl.PROVIDER;
  }

  /** Loaded at its first use. */
  private static final class BoringSsl {
    // No method reference: what cannot be linked is to fail inside.
    @SuppressWarnings("UnnecessaryLambda")
    static final Optional<CryptoProvider> PROVIDER = usable(() -> Conscrypt.newProvider());
  }

  /**
   * The provider, where it can be had, it and the JDK read what the other one has written, and it
   * refuses what was changed.
   */
  static Optional<CryptoProvider> usable(Supplier<Provider> source) {
    try {
      Provider other = source.get();
      CryptoProvider provider = new CryptoProvider(new ArrayCipherProvider(other), other);
      if (agreesWithTheJdk(Optional.of(provider))) {
        return Optional.of(provider);
      }
      log("computes something else", null);
    } catch (LinkageError
        | OutOfMemoryError
        | GeneralSecurityException
        | CryptException
        | RuntimeException e) {
      log("cannot be used", e);
    }
    return Optional.empty();
  }

  private static boolean agreesWithTheJdk(Optional<CryptoProvider> provider)
      throws GeneralSecurityException, CryptException {
    // More than one block of age's, and a part of one.
    ByteBuffer plaintext = ByteBuffer.allocate(2 * LARGE_BYTES + 77);
    plaintext.putLong(8, 0x0123456789abcdefL);
    try (AgeIdentity identity = AgeIdentity.generate()) {
      List<AgeRecipient> recipients = List.of(identity.recipient());
      List<RecipientStanzaReader> readers = List.of(identity.stanzaReader());
      ByteBuffer theirs =
          Age.encryptTo(AgeEncryptor.writers(recipients, provider), plaintext, provider);
      ByteBuffer ours =
          Age.encryptTo(
              AgeEncryptor.writers(recipients, Optional.empty()), plaintext, Optional.empty());
      return Age.decryptWith(readers, theirs, Optional.empty()).equals(plaintext)
          && Age.decryptWith(readers, ours, provider).equals(plaintext)
          && refuses(provider, readers, flipped(ours, ours.limit() - 1))
          && refuses(provider, readers, flipped(ours, ours.limit() - LARGE_BYTES));
    }
  }

  private static ByteBuffer flipped(ByteBuffer file, int at) {
    ByteBuffer copy = ByteBuffer.allocate(file.limit()).put(file.duplicate()).flip();
    return copy.put(at, (byte) (copy.get(at) ^ 1));
  }

  private static boolean refuses(
      Optional<CryptoProvider> provider, List<RecipientStanzaReader> readers, ByteBuffer file)
      throws CryptException {
    try {
      Age.decryptWith(readers, file, provider);
      return false;
    } catch (DamagedAgeFileException e) {
      return true;
    }
  }

  private static void log(String what, @Nullable Throwable cause) {
    System.getLogger(CryptoProvider.class.getName())
        .log(System.Logger.Level.DEBUG, "BoringSSL " + what + "; the JDK encrypts instead", cause);
  }
}
