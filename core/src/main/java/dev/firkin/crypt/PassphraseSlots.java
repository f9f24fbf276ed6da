package dev.firkin.crypt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** Makes and opens passphrase slots. Thread-safe. */
public final class PassphraseSlots {
  private PassphraseSlots() {}

  /**
   * A slot and what to store under its name.
   *
   * @param stored an age file; read-only
   */
  public record Sealed(PassphraseSlot slot, ByteBuffer stored) {
    public Sealed {
      stored = stored.asReadOnlyBuffer();
    }
  }

  /** Encrypts an identity under a passphrase. Takes about a second of work by intent. */
  public static Sealed seal(AgeIdentity identity, Passphrase passphrase, PassphraseKdf kdf) {
    String tag = identity.recipient().tag();
    ByteBuffer text =
        ByteBuffer.wrap((identity.secretText() + "\n").getBytes(StandardCharsets.US_ASCII));
    return switch (kdf) {
      case BCRYPT -> {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        PassphraseSlot.Bcrypt slot =
            new PassphraseSlot.Bcrypt(
                tag, BcryptIdentity.DEFAULT_COST, HexFormat.of().formatHex(salt));
        try (AgeIdentity wrapping = BcryptIdentity.derive(passphrase, slot)) {
          yield new Sealed(slot, Age.encrypt(List.of(wrapping.recipient()), text));
        }
      }
      case SCRYPT -> {
        try {
          yield new Sealed(
              new PassphraseSlot.Scrypt(tag),
              Age.encryptTo(List.of(ScryptStanza.writer(passphrase)), text));
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException("cannot encrypt to a passphrase", e);
        }
      }
    };
  }

  /**
   * The identity in a slot.
   *
   * @throws NoMatchingIdentityException if the passphrase is not this slot's
   * @throws DamagedAgeFileException if the slot's object is damaged
   */
  public static AgeIdentity open(PassphraseSlot slot, ByteBuffer stored, Passphrase passphrase)
      throws CryptException {
    ByteBuffer text =
        switch (slot) {
          case PassphraseSlot.Bcrypt bcrypt -> {
            try (AgeIdentity wrapping = BcryptIdentity.derive(passphrase, bcrypt)) {
              yield Age.decrypt(List.of(wrapping), stored);
            }
          }
          case PassphraseSlot.Scrypt scrypt ->
              Age.decryptWith(List.of(ScryptStanza.reader(passphrase)), stored);
        };
    AgeIdentity identity = AgeIdentity.parse(StandardCharsets.US_ASCII.decode(text).toString());
    if (!identity.recipient().tag().equals(slot.tag())) {
      throw new CryptException(
          "the passphrase slot " + slot.name() + " holds another slot's identity", null);
    }
    return identity;
  }
}
