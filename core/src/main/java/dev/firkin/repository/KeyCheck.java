package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.Age;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.PassphraseSlot;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.SecretFormat;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Looks at the objects below {@code keys/}, without which a new machine has no way in. Only who
 * opens a slot can prove it; of the others it is known that they are there, how they begin, and
 * that they have the one length that they can have.
 */
final class KeyCheck {
  private static final KeyPrefix FOLDER = KeyPrefix.of("keys/");
  private static final byte[] AGE_HEAD =
      "age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII);

  private final ObjectStore store;
  private final RepositoryId repository;
  private final Set<AgeRecipient> passphrases;
  private final List<AgeRecipient> recipients;
  private final List<AgeIdentity> identities;
  private final Predicate<RepositorySecret> isOurs;

  /**
   * @param opened as the repository was opened with
   * @param recipients whose slots are to be there
   * @param isOurs whether a secret is that of the repository
   */
  KeyCheck(
      ObjectStore store,
      RepositoryConfig opened,
      List<AgeRecipient> recipients,
      List<AgeIdentity> identities,
      Predicate<RepositorySecret> isOurs) {
    this.store = store;
    this.repository = opened.id();
    this.passphrases = opened.passphrases();
    this.recipients = List.copyOf(recipients);
    this.identities = List.copyOf(identities);
    this.isOurs = isOurs;
  }

  static ObjectKey secretKey(AgeRecipient recipient) {
    return ObjectKey.of(FOLDER.value() + recipient.tag() + ".secret.age");
  }

  /** What is wrong; slots of others than the recipients are leftovers, and nobody's harm. */
  List<DamagedException> damaged() throws FirkinException {
    List<DamagedException> damaged = new ArrayList<>();
    for (AgeRecipient recipient : recipients) {
      damage(secretKey(recipient), stored -> checkSecret(recipient, stored))
          .ifPresent(damaged::add);
    }
    Set<String> tags = recipients.stream().map(AgeRecipient::tag).collect(Collectors.toSet());
    List<PassphraseSlot> slots = new ArrayList<>();
    store.list(
        FOLDER,
        info ->
            PassphraseSlot.parse(info.key().name())
                .filter(slot -> tags.contains(slot.tag()))
                .ifPresent(slots::add));
    Set<String> there = slots.stream().map(PassphraseSlot::tag).collect(Collectors.toSet());
    recipients.stream()
        .filter(r -> passphrases.contains(r) && !there.contains(r.tag()))
        .map(KeyCheck::slotMissing)
        .forEach(damaged::add);
    for (PassphraseSlot slot : slots) {
      damage(ObjectKey.of(FOLDER.value() + slot.name()), stored -> checkSlot(slot, stored))
          .ifPresent(damaged::add);
    }
    return damaged;
  }

  private interface Check {
    void of(ByteBuffer stored) throws CryptException, FormatException;
  }

  private Optional<DamagedException> damage(ObjectKey key, Check check) throws FirkinException {
    try {
      check.of(store.get(key, SecretFormat.MAX_BYTES).body());
      return Optional.empty();
    } catch (ObjectMissingException e) {
      return Optional.of(useless(key, "missing", e));
    } catch (CryptException
        | FormatException
        | ObjectDamagedException
        | ObjectTooLargeException e) {
      return Optional.of(useless(key, "damaged (" + e.getMessage() + ")", e));
    }
  }

  /** Nobody can write it again: the identity in it is nowhere else. */
  private static DamagedException slotMissing(AgeRecipient recipient) {
    String slot = FOLDER.value() + recipient.tag() + ".*.age";
    return new DamagedException(
        slot,
        "the passphrase slot "
            + slot
            + " is missing: its passphrase reads nothing any more, neither what is stored nor what"
            + " will be stored in the same chunks",
        "look for it in an older version of the store, or a copy of it; without it, and where no"
            + " other recipient of 'firkin recipients' has its key, begin a new repository",
        null);
  }

  private static DamagedException useless(ObjectKey key, String what, FirkinException e) {
    return new DamagedException(
        key.value(),
        key + " is " + what + ": whoever needs it has no way into the repository on a new machine",
        null,
        e);
  }

  private void checkSecret(AgeRecipient recipient, ByteBuffer stored)
      throws CryptException, FormatException {
    byte[] example;
    try (RepositorySecret any = RepositorySecret.generate()) {
      example = SecretFormat.write(repository, any);
    }
    checkForm(stored, OptionalInt.of(encryptedLength(recipient, example.length)));
    Optional<AgeIdentity> own =
        identities.stream().filter(i -> i.recipient().equals(recipient)).findFirst();
    if (own.isEmpty()) {
      return;
    }
    ByteBuffer plaintext = Age.decrypt(List.of(own.get()), stored);
    byte[] bytes = new byte[plaintext.remaining()];
    plaintext.get(bytes);
    try (RepositorySecret secret = SecretFormat.read("it", bytes, repository)) {
      if (!isOurs.test(secret)) {
        throw new FormatException("it holds another secret than the repository's");
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static void checkSlot(PassphraseSlot slot, ByteBuffer stored) throws FormatException {
    OptionalInt length =
        switch (slot) {
          case PassphraseSlot.Bcrypt bcrypt -> {
            try (AgeIdentity any = AgeIdentity.generate()) {
              yield OptionalInt.of(encryptedLength(any.recipient(), any.secretText().length() + 1));
            }
          }
          case PassphraseSlot.Scrypt scrypt -> OptionalInt.empty();
        };
    checkForm(stored, length);
  }

  private static void checkForm(ByteBuffer stored, OptionalInt length) throws FormatException {
    ByteBuffer head = stored.slice(0, Math.min(stored.remaining(), AGE_HEAD.length));
    if (!head.equals(ByteBuffer.wrap(AGE_HEAD))) {
      throw new FormatException("it is no age file");
    }
    if (length.isPresent() && stored.remaining() != length.getAsInt()) {
      throw new FormatException(
          "it has " + stored.remaining() + " bytes instead of " + length.getAsInt());
    }
  }

  /** An age file to one recipient has the same length for all of them. */
  private static int encryptedLength(AgeRecipient recipient, int plaintextBytes) {
    return Age.encrypt(List.of(recipient), ByteBuffer.allocate(plaintextBytes)).remaining();
  }
}
