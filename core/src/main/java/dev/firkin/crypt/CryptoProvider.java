package dev.firkin.crypt;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * Who computes the ChaCha20-Poly1305 and X25519 of age files. The JDK's Poly1305 is fast only where
 * the CPU has AVX-512 IFMA; BoringSSL, by way of Conscrypt, takes a quarter of its time elsewhere,
 * and a sixth for X25519. It is asked where its library loads (Linux with glibc 2.35 or newer), and
 * for what is large: to load it takes longer than it saves of a few manifests. Thread-safe.
 */
final class CryptoProvider {
  private static final int LARGE_BYTES = 64 << 10;

  private CryptoProvider() {}

  /** For a file of so many bytes; empty: the JDK's own. */
  static Optional<Provider> forSize(int bytes) {
    return bytes < LARGE_BYTES ? Optional.empty() : BoringSsl.PROVIDER;
  }

  /** Loaded at its first use. */
  private static final class BoringSsl {
    static final Optional<Provider> PROVIDER = usable(Conscrypt::newProvider);
  }

  /** The provider, where it can be had, and it and the JDK read what the other one has written. */
  static Optional<Provider> usable(Supplier<Provider> source) {
    try {
      Optional<Provider> provider = Optional.of(source.get());
      if (reads(Optional.empty(), provider) && reads(provider, Optional.empty())) {
        return provider;
      }
      log("computes something else", null);
    } catch (LinkageError | GeneralSecurityException | CryptException | RuntimeException e) {
      log("cannot be used", e);
    }
    return Optional.empty();
  }

  /** Over more than one block of age's, and a part of one. */
  private static boolean reads(Optional<Provider> reader, Optional<Provider> writer)
      throws GeneralSecurityException, CryptException {
    ByteBuffer plaintext = ByteBuffer.allocate(2 * LARGE_BYTES + 77);
    plaintext.putLong(8, 0x0123456789abcdefL);
    try (AgeIdentity identity = AgeIdentity.generate()) {
      ByteBuffer stored =
          Age.encryptTo(
              AgeEncryptor.writers(List.of(identity.recipient()), writer), plaintext, writer);
      return Age.decryptWith(List.of(identity.stanzaReader()), stored, reader).equals(plaintext);
    }
  }

  private static void log(String what, @Nullable Throwable cause) {
    System.getLogger(CryptoProvider.class.getName())
        .log(System.Logger.Level.DEBUG, "BoringSSL " + what + "; the JDK encrypts instead", cause);
  }
}
