package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.Age;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.crypt.PassphraseSlot;
import dev.firkin.crypt.PassphraseSlots;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.SecretFormat;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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

  /**
   * Makes a new identity and stores it behind a passphrase.
   *
   * @return its recipient
   */
  AgeRecipient putSlot(Passphrase passphrase, PassphraseKdf kdf) throws FirkinException {
    try (AgeIdentity identity = AgeIdentity.generate()) {
      PassphraseSlots.Sealed sealed = PassphraseSlots.seal(identity, passphrase, kdf);
      store.put(
          ObjectKey.of(FOLDER + sealed.slot().name()), sealed.stored(), PutCondition.always());
      return identity.recipient();
    }
  }

  /**
   * The secret, by the first of the identities that has a slot which opens.
   *
   * @throws CryptException if there are slots for them, and all are damaged
   * @throws FormatException if what they hold is no secret of this repository
   */
  Optional<RepositorySecret> secret(RepositoryId repository, List<AgeIdentity> identities)
      throws FirkinException {
    Optional<FirkinException> useless = Optional.empty();
    for (AgeIdentity identity : identities) {
      ObjectKey key = secretKey(identity.recipient());
      try {
        ByteBuffer stored = store.get(key, SecretFormat.MAX_BYTES).body();
        return Optional.of(opened(key, stored, repository, identity));
      } catch (ObjectMissingException e) {
        // No slot for this one: the next may have one.
      } catch (CryptException
          | FormatException
          | ObjectDamagedException
          | ObjectTooLargeException e) {
        useless = Optional.of(e);
      }
    }
    if (useless.isPresent()) {
      throw useless.get();
    }
    return Optional.empty();
  }

  private static RepositorySecret opened(
      ObjectKey key, ByteBuffer stored, RepositoryId repository, AgeIdentity identity)
      throws CryptException, FormatException {
    ByteBuffer plaintext = Age.decrypt(List.of(identity), stored);
    byte[] bytes = new byte[plaintext.remaining()];
    plaintext.get(bytes);
    try {
      return SecretFormat.read(key.value(), bytes, repository);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * The identity behind the passphrase slot that a passphrase opens.
   *
   * @param recipients of the repository: other slots are leftovers of an {@code init} that died, or
   *     somebody else's
   * @throws NoMatchingIdentityException if there are slots and it opens none of them
   */
  Optional<AgeIdentity> unlock(Passphrase passphrase, List<AgeRecipient> recipients)
      throws FirkinException {
    Set<String> tags = recipients.stream().map(AgeRecipient::tag).collect(Collectors.toSet());
    List<PassphraseSlot> slots = new ArrayList<>();
    store.list(
        KeyPrefix.of(FOLDER),
        info ->
            PassphraseSlot.parse(info.key().name())
                .filter(slot -> tags.contains(slot.tag()))
                .ifPresent(slots::add));
    Optional<FirkinException> useless = Optional.empty();
    for (PassphraseSlot slot : slots) {
      try {
        ByteBuffer stored =
            store.get(ObjectKey.of(FOLDER + slot.name()), SecretFormat.MAX_BYTES).body();
        return Optional.of(PassphraseSlots.open(slot, stored, passphrase));
      } catch (NoMatchingIdentityException e) {
        useless =
            useless.or(() ->
                Optional.of(
                    new NoMatchingIdentityException(
                        "wrong passphrase: it opens none of the repository's "
                            + slots.size()
                            + " passphrase slots",
                        "try again; nothing was read or changed",
                        e)));
      } catch (CryptException
          | ObjectDamagedException
          | ObjectMissingException
          | ObjectTooLargeException e) {
        useless = Optional.of(e);
      }
    }
    if (useless.isPresent()) {
      throw useless.get();
    }
    return Optional.empty();
  }

  /** Which of the recipients are behind a passphrase, as far as the store says. */
  Map<AgeRecipient, PassphraseKdf> passphrases(List<AgeRecipient> recipients)
      throws FirkinException {
    Map<AgeRecipient, PassphraseKdf> found = new LinkedHashMap<>();
    store.list(
        KeyPrefix.of(FOLDER),
        info ->
            PassphraseSlot.parse(info.key().name())
                .ifPresent(slot ->
                    recipients.stream()
                        .filter(recipient -> recipient.tag().equals(slot.tag()))
                        .forEach(recipient -> found.put(recipient, slot.kdf()))));
    return found;
  }

  /** Whether the secret is there, wrapped for a recipient; not whether it opens. */
  boolean holdsSecret(AgeRecipient recipient) throws FirkinException {
    return store.head(secretKey(recipient)).isPresent();
  }

  /**
   * Deletes whatever is there for a recipient. Idempotent.
   *
   * @return whether anything was
   */
  boolean delete(AgeRecipient recipient) throws FirkinException {
    Set<ObjectKey> keys = new LinkedHashSet<>();
    store.list(
        KeyPrefix.of(FOLDER),
        info -> {
          if (info.key().name().startsWith(recipient.tag() + ".")) {
            keys.add(info.key());
          }
        });
    store.delete(keys);
    return !keys.isEmpty();
  }

  private static ObjectKey secretKey(AgeRecipient recipient) {
    return ObjectKey.of(FOLDER + recipient.tag() + ".secret.age");
  }
}
