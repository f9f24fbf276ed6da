package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.repository.PinComparison.Verdict;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.Recipients.Listed;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.repository.v1.ConfigFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipientsTest {
  private static final ObjectKey CONFIG = ObjectKey.of("firkin.json");

  @TempDir Path folder;
  private TestRepository test;
  private AgeRecipient first;
  private final AgeIdentity x = AgeIdentity.generate();
  private final AgeIdentity y = AgeIdentity.generate();

  /** Of the host that made the repository. */
  private Recipients source;

  /** Of a host that joined it. */
  private Recipients other;

  @BeforeEach
  void make() throws Exception {
    test = TestRepository.encrypted(folder);
    first = test.identity.recipient();
    source = new Recipients(known("source"));
    other = new Recipients(known("other"));
    host("other").join(test.store, with(test.identity));
  }

  @Test
  void aNewRecipientGetsTheSecret() throws Exception {
    Change change = add(source, x);
    assertEquals(List.of(x.recipient()), change.added());
    assertEquals(List.of(), change.removed());
    assertEquals(List.of(first, x.recipient()), change.config().recipients());
    assertEquals(2, change.config().generation());
    assertTrue(host("fresh").open(test.store, with(x)).readsData());
    assertTrue(test.asOwner(test.store).readsData());
    assertEquals(change.config(), test.asSource(test.store).config());
  }

  @Test
  void aRemovedRecipientHasNoKeyAnyMore() throws Exception {
    add(source, x);
    Change change = remove(source, first);
    assertEquals(List.of(first), change.removed());
    assertEquals(List.of(x.recipient()), change.config().recipients());
    assertEquals(3, change.config().generation());
    assertEquals(
        Set.of(ObjectKey.of("keys/" + x.recipient().tag() + ".secret.age")), Set.copyOf(keys()));
    assertThrows(NoMatchingIdentityException.class, () -> test.asOwner(test.store));
    assertTrue(host("fresh").open(test.store, with(x)).readsData());
  }

  @Test
  void somebodyHasToBeLeft() throws Exception {
    FirkinException e = assertThrows(RepositoryRefusedException.class, () -> remove(source, first));
    assertTrue(e.getMessage().contains("nobody could read"), e.getMessage());
    assertTrue(test.asOwner(test.store).readsData());
    assertEquals(1, test.asSource(test.store).config().generation());
  }

  @Test
  void whoIsThereIsAddedOnceAndGetsALostKeyBack() throws Exception {
    test.store.delete(keys());
    assertThrows(NoMatchingIdentityException.class, () -> test.asOwner(test.store));
    Change change = source.add(test.store, Credentials.NONE, protection(List.of(first, first)));
    assertFalse(change.changed());
    assertEquals(1, change.config().generation());
    assertTrue(test.asOwner(test.store).readsData());
  }

  @Test
  void whoIsNotThereIsNoErrorToRemove() throws Exception {
    Change change = remove(source, x.recipient());
    assertFalse(change.changed());
    assertEquals(1, change.config().generation());
  }

  @Test
  void aPassphraseComesOnceAndGoes() throws Exception {
    test.store.put(
        ObjectKey.of("keys/0123456789abcdef.scrypt.age"),
        ByteBuffer.allocate(200),
        PutCondition.always()); // somebody's leftover
    Change added = source.add(test.store, Credentials.NONE, passphrase("correct horse"));
    AgeRecipient slot = added.added().getFirst();
    assertEquals(
        Map.of(slot, PassphraseKdf.BCRYPT),
        source.list(test.store, Credentials.NONE).passphrases());
    assertTrue(host("fresh").open(test.store, typed("correct horse")).readsData());
    assertFalse(source.add(test.store, Credentials.NONE, passphrase("correct horse")).changed());

    remove(source, slot);
    assertThrows(
        SecretMissingException.class, () -> host("fresh").open(test.store, typed("correct horse")));
    assertEquals(2, keys().size(), keys()::toString);
  }

  @Test
  void twoPassphrasesAreTwoSlots() throws Exception {
    source.add(test.store, Credentials.NONE, passphrase("one"));
    Change second = source.add(test.store, Credentials.NONE, passphrase("two"));
    assertEquals(3, second.config().recipients().size());
    assertTrue(host("fresh").open(test.store, typed("one")).readsData());
    assertTrue(host("fresh").open(test.store, typed("two")).readsData());
  }

  @Test
  void otherHostsRefuseAChangedListUntilItIsAccepted() throws Exception {
    Repository running = host("other").open(test.store, Credentials.NONE);
    add(source, x);
    refused("other", "were changed");
    assertThrows(RepositoryRefusedException.class, () -> add(other, y));
    assertThrows(RepositoryRefusedException.class, () -> remove(other, first));
    assertEquals(List.of(first), running.config().recipients());

    Listed shown = other.list(test.store, Credentials.NONE);
    assertEquals(
        new PinComparison(Verdict.CHANGED, List.of(x.recipient()), List.of(), OptionalLong.of(1)),
        shown.pin());
    refused("other", "were changed"); // to look is not to trust
    other.accept(test.store, shown);
    assertEquals(
        List.of(first, x.recipient()),
        host("other").open(test.store, Credentials.NONE).config().recipients());
    assertEquals(Verdict.SAME, other.list(test.store, Credentials.NONE).pin().verdict());
  }

  @Test
  void whatIsAcceptedIsWhatWasShown() throws Exception {
    add(source, x);
    Listed shown = other.list(test.store, Credentials.NONE);
    add(source, y);
    other.accept(test.store, shown);
    refused("other", "were changed");
    assertEquals(List.of(y.recipient()), other.list(test.store, Credentials.NONE).pin().added());
    // And what was shown earlier does not take back what was accepted since.
    other.accept(test.store, other.list(test.store, Credentials.NONE));
    assertThrows(FirkinException.class, () -> other.accept(test.store, shown));
    host("other").open(test.store, Credentials.NONE);
  }

  @Test
  void anOlderListIsNotBelieved() throws Exception {
    ByteBuffer original = config();
    add(source, x);
    ByteBuffer withX = config();
    remove(source, x.recipient());
    assertEquals(
        List.of(first), host("other").open(test.store, Credentials.NONE).config().recipients());
    for (ByteBuffer old : List.of(withX, original)) {
      for (String who : List.of("source", "other")) {
        put(old);
        refused(who, "rolled back");
        Recipients recipients = new Recipients(known(who));
        Listed shown = recipients.list(test.store, Credentials.NONE);
        assertEquals(Verdict.ROLLED_BACK, shown.pin().verdict());
        assertThrows(RepositoryRefusedException.class, () -> recipients.accept(test.store, shown));
        assertThrows(RepositoryRefusedException.class, () -> add(recipients, y));
        assertThrows(RepositoryRefusedException.class, () -> remove(recipients, x.recipient()));
      }
    }
  }

  @Test
  void anotherListOfTheSameGenerationIsForged() throws Exception {
    RepositoryConfig config = test.asSource(test.store).config();
    sealAndPut(
        config, new Encryption.Age(List.of(first, x.recipient()), Set.of(), metadata(config)), 1);
    notAcceptable(Verdict.CONTRADICTS, "forged");
  }

  @Test
  void noEncryptionIsNoNewList() throws Exception {
    RepositoryConfig config = test.asSource(test.store).config();
    sealAndPut(config, new Encryption.None(), 2);
    notAcceptable(Verdict.CONTRADICTS, "forged");
  }

  @Test
  void whatIsNotSealedWithTheSecretIsNeverAccepted() throws Exception {
    String json = new String(bytes(config()), StandardCharsets.UTF_8);
    put(
        ByteBuffer.wrap(
            json.replace("\"generation\":1", "\"generation\":2")
                .replace("\"" + first + "\"", "\"" + first + "\",\"" + x.recipient() + "\"")
                .getBytes(StandardCharsets.UTF_8)));
    notAcceptable(Verdict.NOT_AUTHENTIC, "nor sealed");
    put(
        ByteBuffer.wrap(
            json.replace("\"generation\":1", "\"generation\":2").getBytes(StandardCharsets.UTF_8)));
    assertThrows(DamagedException.class, () -> test.asSource(test.store));
    Listed shown = source.list(test.store, Credentials.NONE);
    assertThrows(DamagedException.class, () -> source.accept(test.store, shown));
    assertThrows(DamagedException.class, () -> add(source, x));
  }

  private void notAcceptable(Verdict verdict, String words) throws Exception {
    refused("source", words);
    Listed shown = source.list(test.store, Credentials.NONE);
    assertEquals(verdict, shown.pin().verdict());
    assertThrows(RepositoryRefusedException.class, () -> source.accept(test.store, shown));
    assertThrows(RepositoryRefusedException.class, () -> add(source, x));
    assertThrows(RepositoryRefusedException.class, () -> remove(source, x.recipient()));
    refused("source", words);
  }

  @Test
  void aPinThatDoesNotSayItsGenerationIsRead() throws Exception {
    Path file;
    try (Stream<Path> files = Files.walk(folder.resolve("source"))) {
      file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    String json = Files.readString(file);
    assertTrue(json.contains("\"generation\":1,"), json);
    Files.writeString(file, json.replace("\"generation\":1,", ""));
    test.asSource(test.store);
    add(source, x);
    assertEquals(2, pin("source").generation());
  }

  @Test
  void aHostWithoutThePinNeedsAnIdentity() throws Exception {
    Recipients stranger = new Recipients(known("stranger"));
    assertThrows(SecretMissingException.class, () -> stranger.list(test.store, Credentials.NONE));
    assertThrows(SecretMissingException.class, () -> add(stranger, x));
    Listed shown = stranger.list(test.store, with(test.identity));
    assertEquals(Verdict.NONE, shown.pin().verdict());
    assertEquals(test.asSource(test.store).fingerprint(), shown.fingerprint());
    assertThrows(RepositoryRefusedException.class, () -> stranger.accept(test.store, shown));
    stranger.add(test.store, with(test.identity), protection(List.of(x.recipient())));
    assertEquals(List.of(first, x.recipient()), list());
    assertTrue(known("stranger").find(shown.config().id()).isEmpty());
  }

  @Test
  void whatCannotBeARecipientIsRefused() throws Exception {
    AgeRecipient metadata = metadata(test.asSource(test.store).config());
    assertThrows(
        RepositoryRefusedException.class,
        () -> source.add(test.store, Credentials.NONE, protection(List.of(metadata))));
    List<AgeRecipient> many =
        Stream.generate(AgeIdentity::generate).limit(64).map(AgeIdentity::recipient).toList();
    assertThrows(
        RepositoryRefusedException.class,
        () -> source.add(test.store, Credentials.NONE, protection(many)));
    assertEquals(1, keys().size());
    TestRepository plain = TestRepository.plain(folder.resolve("plain"));
    Recipients ofPlain = new Recipients(new KnownRepositories(folder.resolve("plain/source")));
    assertThrows(
        RepositoryRefusedException.class,
        () -> ofPlain.add(plain.store, Credentials.NONE, protection(List.of(first))));
    assertEquals(Verdict.SAME, ofPlain.list(plain.store, Credentials.NONE).pin().verdict());
  }

  /** Died after the commit: this host still has the old pin. */
  @Test
  void theSameCommandEndsWhatDiedBeforeThePin() throws Exception {
    diesBeforeThePin(() -> add(source, x), List.of(x.recipient()), List.of());
    diesBeforeThePin(() -> remove(source, x.recipient()), List.of(), List.of(x.recipient()));
    KnownRepository before = pin("source");
    Change added = source.add(test.store, Credentials.NONE, passphrase("p"));
    known("source").save(before);
    refused("source", "were changed");
    Change again = source.add(test.store, Credentials.NONE, passphrase("p"));
    assertEquals(added.config(), again.config());
    test.asSource(test.store);
  }

  /** Only what is asked for again is believed. */
  @Test
  void anotherCommandDoesNotAcceptWhatDied() throws Exception {
    KnownRepository before = pin("source");
    add(source, x);
    known("source").save(before);
    assertThrows(RepositoryRefusedException.class, () -> add(source, y));
    assertThrows(RepositoryRefusedException.class, () -> remove(source, x.recipient()));
    assertEquals(2, config(test.store).generation());
  }

  private void diesBeforeThePin(
      Changing change, List<AgeRecipient> added, List<AgeRecipient> removed) throws Exception {
    KnownRepository before = pin("source");
    change.run();
    known("source").save(before);
    refused("source", "were changed");
    Change again = change.run();
    assertEquals(added, again.added());
    assertEquals(removed, again.removed());
    assertEquals(before.generation() + 1, again.config().generation());
    test.asSource(test.store);
  }

  private interface Changing {
    Change run() throws FirkinException;
  }

  /** Whoever comes second is told so, and loses nothing of the first. */
  @Test
  void ofTwoChangesAtOnceOneIsToldToTryAgain() throws Exception {
    ObjectStore slow =
        new ForwardingStore(test.store) {
          private boolean met;

          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.equals(CONFIG) && !met) {
              met = true;
              unchecked(() -> add(other, y));
            }
            return super.put(key, body, condition);
          }
        };
    assertThrows(
        ConcurrentChangeException.class,
        () -> source.add(slow, Credentials.NONE, protection(List.of(x.recipient()))));
    assertEquals(List.of(first, y.recipient()), list());
    source.accept(test.store, source.list(test.store, Credentials.NONE));
    add(source, x);
    assertEquals(List.of(first, y.recipient(), x.recipient()), list());
  }

  /** Not silently, even where the store does not keep to conditions. */
  @Test
  void anOverwrittenChangeIsNoticed() throws Exception {
    ObjectStore careless =
        new ForwardingStore(test.store) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            PutResult result = super.put(key, body, PutCondition.always());
            if (key.equals(CONFIG)) {
              unchecked(() -> overwrite(List.of(first, y.recipient()), 2));
            }
            return result;
          }
        };
    assertThrows(
        ConcurrentChangeException.class,
        () -> source.add(careless, Credentials.NONE, protection(List.of(x.recipient()))));
  }

  /** A removes x while B adds it: B's key object is put before A deletes, B's list after. */
  @Test
  void whoIsAddedWhileBeingRemovedHasAKey() throws Exception {
    add(source, x);
    other.accept(test.store, other.list(test.store, Credentials.NONE));
    for (boolean late : List.of(false, true)) {
      ObjectStore racing =
          new ForwardingStore(test.store) {
            private boolean met;

            @Override
            public void delete(Collection<ObjectKey> keys) throws StoreException {
              if (!met && !late) {
                met = true;
                unchecked(this::addAgain);
              }
              super.delete(keys);
              if (!met && late) {
                met = true;
                unchecked(this::addAgain);
              }
            }

            private Change addAgain() throws FirkinException {
              other.accept(store, other.list(store, Credentials.NONE));
              return add(other, x);
            }
          };
      source.remove(racing, Credentials.NONE, List.of(x.recipient()));
      assertTrue(list().contains(x.recipient()));
      assertTrue(host("fresh").open(test.store, with(x)).readsData(), "late: " + late);
      source.accept(test.store, source.list(test.store, Credentials.NONE));
    }
  }

  /** The other half of that race: what was stored for x is deleted before the list names it. */
  @Test
  void whoIsRemovedWhileBeingAddedHasAKey() throws Exception {
    ObjectStore racing =
        new ForwardingStore(test.store) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.equals(CONFIG)) {
              unchecked(() -> remove(other, x.recipient()));
            }
            return super.put(key, body, condition);
          }
        };
    source.add(racing, Credentials.NONE, protection(List.of(x.recipient())));
    assertTrue(host("fresh").open(test.store, with(x)).readsData());
  }

  /** A store that shows an older list, once we have deleted, gets nothing of us. */
  @Test
  void aRolledBackListBringsNoKeyBack() throws Exception {
    add(source, x);
    ByteBuffer withX = config();
    ObjectStore hostile =
        new ForwardingStore(test.store) {
          @Override
          public void delete(Collection<ObjectKey> keys) throws StoreException {
            super.delete(keys);
            test.store.put(CONFIG, withX.duplicate(), PutCondition.always());
          }
        };
    source.remove(hostile, Credentials.NONE, List.of(x.recipient()));
    assertEquals(1, keys().size(), keys()::toString);
  }

  private static <T> void unchecked(FirkinCall<T> call) {
    try {
      call.run();
    } catch (FirkinException e) {
      throw new AssertionError(e);
    }
  }

  private interface FirkinCall<T> {
    T run() throws FirkinException;
  }

  private Change add(Recipients host, AgeIdentity identity) throws FirkinException {
    return host.add(test.store, Credentials.NONE, protection(List.of(identity.recipient())));
  }

  private Change remove(Recipients host, AgeRecipient recipient) throws FirkinException {
    return host.remove(test.store, Credentials.NONE, List.of(recipient));
  }

  private static Protection protection(List<AgeRecipient> recipients) {
    return new Protection(recipients, Optional.empty(), PassphraseKdf.BCRYPT);
  }

  private static Protection passphrase(String text) throws FirkinException {
    return new Protection(
        List.of(), Optional.of(Passphrase.of(text.toCharArray())), PassphraseKdf.BCRYPT);
  }

  private static Credentials typed(String text) throws FirkinException {
    return new Credentials(List.of(), Optional.of(Passphrase.of(text.toCharArray())));
  }

  private static Credentials with(AgeIdentity identity) {
    return new Credentials(List.of(identity), Optional.empty());
  }

  private KnownRepositories known(String name) {
    return new KnownRepositories(folder.resolve(name));
  }

  private Repositories host(String name) {
    return new Repositories(known(name));
  }

  private KnownRepository pin(String name) throws FirkinException {
    return known(name).find(config(test.store).id()).orElseThrow();
  }

  private void refused(String name, String words) {
    FirkinException e =
        assertThrows(
            RepositoryRefusedException.class, () -> host(name).open(test.store, Credentials.NONE));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private List<AgeRecipient> list() throws FirkinException {
    return config(test.store).recipients();
  }

  private static RepositoryConfig config(ObjectStore store) throws FirkinException {
    return ConfigObject.read(store).config();
  }

  private ByteBuffer config() throws FirkinException {
    return test.store.get(CONFIG, 1 << 20).body();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void put(ByteBuffer config) {
    test.store.put(CONFIG, config.duplicate(), PutCondition.always());
  }

  private List<ObjectKey> keys() {
    List<ObjectKey> keys = new ArrayList<>();
    test.store.list(KeyPrefix.of("keys/"), (ObjectInfo info) -> keys.add(info.key()));
    return keys;
  }

  private RepositoryKeys keysOf(RepositoryConfig config) throws FirkinException {
    return RepositoryKeys.derive(pin("source").secret().orElseThrow(), config.id().toBytes());
  }

  private AgeRecipient metadata(RepositoryConfig config) throws FirkinException {
    return keysOf(config).metadataIdentity().orElseThrow().recipient();
  }

  /** As somebody who has the secret can. */
  private void sealAndPut(RepositoryConfig config, Encryption encryption, long generation)
      throws FirkinException {
    RepositoryConfig changed =
        new RepositoryConfig(
            config.id(), config.created(), generation, config.chunker(), encryption);
    put(
        ByteBuffer.wrap(
            ConfigFormat.write(changed, new Seal(keysOf(config).seals(), config.id()))));
  }

  private RepositoryConfig overwrite(List<AgeRecipient> recipients, long generation)
      throws FirkinException {
    RepositoryConfig config = config(test.store);
    sealAndPut(config, new Encryption.Age(recipients, Set.of(), metadata(config)), generation);
    return config;
  }
}
