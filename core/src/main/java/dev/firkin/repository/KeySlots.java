package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.Age;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseSlot;
import dev.firkin.crypt.PassphraseSlots;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.SecretFormat;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The objects below {@code keys/}: the repository secret, wrapped for each recipient. */
final class KeySlots {
  private static final String FOLDER = "keys/";

  private final ObjectStore store;

  KeySlots(ObjectStore store) {
    this.store = store;
  }

  /** Wraps the secret for a recipient. Idempotent. */
  void putSecret(AgeRecipient recipient, RepositoryId repository, RepositorySecret secret)
      throws FirkinException {
    byte[] plaintext = SecretFormat.write(repository, secret);
    ByteBuffer stored = Age.encrypt(List.of(recipient), ByteBuffer.wrap(plaintext));
    Arrays.fill(plaintext, (byte) 0);
    store.put(secretKey(recipient), stored, PutCondition.always());
  }

  void putSlot(PassphraseSlots.Sealed sealed) throws FirkinException {
    store.put(ObjectKey.of(FOLDER + sealed.slot().name()), sealed.stored(), PutCondition.always());
  }

  /** The secret, by the first of the identities that has a slot. */
  Optional<RepositorySecret> secret(RepositoryId repository, List<AgeIdentity> identities)
      throws FirkinException {
    for (AgeIdentity identity : identities) {
      ObjectKey key = secretKey(identity.recipient());
      ByteBuffer stored;
      try {
        stored = store.get(key, SecretFormat.MAX_BYTES).body();
      } catch (ObjectMissingException e) {
        continue; // no slot for this one: the next may have one
      }
      ByteBuffer plaintext = Age.decrypt(List.of(identity), stored);
      byte[] bytes = new byte[plaintext.remaining()];
      plaintext.get(bytes);
      try {
        return Optional.of(SecretFormat.read(key.value(), bytes, repository));
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
    return Optional.empty();
  }

  /**
   * The identity behind the passphrase slot that a passphrase opens.
   *
   * @throws NoMatchingIdentityException if there are slots and it opens none of them
   */
  Optional<AgeIdentity> unlock(Passphrase passphrase) throws FirkinException {
    List<PassphraseSlot> slots = new ArrayList<>();
    store.list(
        KeyPrefix.of(FOLDER),
        info -> PassphraseSlot.parse(info.key().name()).ifPresent(slots::add));
    for (PassphraseSlot slot : slots) {
      ByteBuffer stored =
          store.get(ObjectKey.of(FOLDER + slot.name()), SecretFormat.MAX_BYTES).body();
      try {
        return Optional.of(PassphraseSlots.open(slot, stored, passphrase));
      } catch (NoMatchingIdentityException e) {
        if (slot.equals(slots.getLast())) {
          throw new NoMatchingIdentityException(
              "wrong passphrase: it opens none of the repository's "
                  + slots.size()
                  + " passphrase slots",
              "try again; nothing was read or changed",
              e);
        }
      }
    }
    return Optional.empty();
  }

  private static ObjectKey secretKey(AgeRecipient recipient) {
    return ObjectKey.of(FOLDER + recipient.tag() + ".secret.age");
  }
}
