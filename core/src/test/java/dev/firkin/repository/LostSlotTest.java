package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Recipients.PassphraseSlot;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host that pushes for years never needs the passphrase: it must notice that its slot is gone.
 */
@Timeout(60)
final class LostSlotTest {
  @TempDir private Path folder;
  private final MemoryStore store = new MemoryStore("test");
  private KnownRepositories known;
  private Repositories host;

  @BeforeEach
  void make() {
    known = new KnownRepositories(folder);
    host = new Repositories(known);
  }

  @ParameterizedTest
  @EnumSource(PassphraseKdf.class)
  void isMissed(PassphraseKdf kdf) throws Exception {
    host.create(store, ChunkerParameters.DEFAULT, protection("horse", kdf));
    AgeRecipient recipient = open().config().recipients().getFirst();
    assertEquals(List.of(), open().damagedKeys());
    assertEquals(new PassphraseSlot.There(kdf), listed(recipient));

    store.delete(slots());

    assertEquals(new PassphraseSlot.Missing(), listed(recipient));
    DamagedException lost = open().damagedKeys().getFirst();
    assertEquals(1, open().damagedKeys().size());
    assertTrue(lost.key().contains(recipient.tag()), lost::key);
    assertTrue(lost.getMessage().contains("is missing"), lost::getMessage);
  }

  @Test
  void isMissedWhereItWasAddedLaterAndNotWhereItWasRemoved() throws Exception {
    host.create(store, ChunkerParameters.DEFAULT, protection("horse", PassphraseKdf.SCRYPT));
    AgeRecipient first = open().config().recipients().getFirst();
    store.delete(slots());
    Recipients recipients = new Recipients(known);

    recipients.add(store, Credentials.NONE, protection("horse", PassphraseKdf.SCRYPT));
    assertEquals(1, open().damagedKeys().size());
    recipients.remove(store, Credentials.NONE, List.of(first));
    assertEquals(List.of(), open().damagedKeys());

    store.delete(slots());
    assertEquals(1, open().damagedKeys().size());
  }

  private Repository open() throws FirkinException {
    return host.open(store, Credentials.NONE);
  }

  private PassphraseSlot listed(AgeRecipient recipient) throws FirkinException {
    return new Recipients(known).list(store, Credentials.NONE).slotOf(recipient);
  }

  private List<ObjectKey> slots() {
    List<ObjectKey> slots = new ArrayList<>();
    store.list(
        KeyPrefix.of("keys/"),
        (ObjectInfo info) -> {
          if (!info.key().value().endsWith(".secret.age")) {
            slots.add(info.key());
          }
        });
    assertEquals(1, slots.size());
    return slots;
  }

  private static Protection protection(String passphrase, PassphraseKdf kdf)
      throws FirkinException {
    return new Protection(List.of(), Optional.of(Passphrase.of(passphrase.toCharArray())), kdf);
  }

  /** Its removal died after the list was written, and it is taken back by its key, not knowing. */
  @Test
  void isMissedWhereTheListDidNotSayThatThereIsOne() throws Exception {
    AgeIdentity other = AgeIdentity.generate();
    host.create(
        store,
        ChunkerParameters.DEFAULT,
        new Protection(
            List.of(other.recipient()),
            Optional.of(Passphrase.of("horse".toCharArray())),
            PassphraseKdf.SCRYPT));
    AgeRecipient first = open().config().passphrases().iterator().next();
    ObjectKey slot = slots().getFirst();
    ByteBuffer kept = store.get(slot, 1 << 20).body();
    Recipients recipients = new Recipients(known);
    recipients.remove(store, Credentials.NONE, List.of(first));
    store.put(slot, kept, PutCondition.always());
    recipients.add(
        store,
        Credentials.NONE,
        new Protection(List.of(first), Optional.empty(), PassphraseKdf.SCRYPT));
    assertEquals(Set.of(), open().config().passphrases());

    recipients.add(store, Credentials.NONE, protection("horse", PassphraseKdf.SCRYPT));

    assertEquals(Set.of(first), open().config().passphrases());
    store.delete(slots());
    assertEquals(1, open().damagedKeys().size());
  }
}
