package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.LocalStateException;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.v1.ConfigFormat;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepositoriesTest {
  private static final ObjectKey CONFIG = ObjectKey.of("firkin.json");

  @TempDir Path folder;

  @Test
  void theHostThatMadeItNeedsNothingElse() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    Repository opened = test.asSource(test.store);
    assertTrue(opened.config().encrypted());
    assertFalse(opened.readsData());
    assertEquals(opened.fingerprint(), test.asOwner(test.store).fingerprint());
    assertTrue(test.asOwner(test.store).readsData());
  }

  @Test
  void passphraseSlotsThatADeadInitLeftAreNoHindrance() throws Exception {
    List<MemoryStore> stores = List.of(new MemoryStore("memory:0"), new MemoryStore("memory:1"));
    for (int i = 0; i < 2; i++) {
      try (Passphrase passphrase = passphrase()) {
        new Repositories(new KnownRepositories(folder.resolve("host" + i)))
            .create(
                stores.get(i),
                TestRepository.SMALL_CHUNKS,
                new Protection(List.of(), Optional.of(passphrase), PassphraseKdf.BCRYPT));
      }
    }
    // Each is the other's leftover: which of two slots comes first is chance.
    List<List<ObjectKey>> keys = List.of(keysIn(stores.get(0)), keysIn(stores.get(1)));
    for (int i = 0; i < 2; i++) {
      for (ObjectKey key : keys.get(i)) {
        stores.get(1 - i).put(key, stores.get(i).get(key, 1 << 20).body(), PutCondition.ifAbsent());
      }
    }
    for (int i = 0; i < 2; i++) {
      try (Passphrase passphrase = passphrase()) {
        Credentials credentials = new Credentials(List.of(), Optional.of(passphrase));
        Repositories elsewhere =
            new Repositories(new KnownRepositories(folder.resolve("elsewhere" + i)));
        assertTrue(elsewhere.open(stores.get(i), credentials).readsData());
      }
    }
  }

  private static Passphrase passphrase() throws Exception {
    return Passphrase.of("the same".toCharArray());
  }

  private static List<ObjectKey> keysIn(MemoryStore store) throws Exception {
    List<ObjectKey> keys = new ArrayList<>();
    store.list(KeyPrefix.of("keys/"), info -> keys.add(info.key()));
    return keys;
  }

  @Test
  void secretsLieWhereOnlyTheirOwnerReads() throws Exception {
    TestRepository.encrypted(folder);
    try (Stream<Path> files = Files.walk(folder.resolve("source"))) {
      for (Path file : files.filter(f -> !f.equals(folder.resolve("source"))).toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------", mode, file.toString());
      }
    }
  }

  @Test
  void aSecretThatOthersCanReadIsNotUsed() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    try (Stream<Path> files = Files.walk(folder.resolve("source"))) {
      Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    assertThrows(LocalStateException.class, () -> test.asSource(test.store));
  }

  @Test
  void aStrangerGetsNowhere() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    Repositories stranger = new Repositories(new KnownRepositories(folder.resolve("stranger")));
    assertThrows(SecretMissingException.class, () -> stranger.open(test.store, Credentials.NONE));
    Credentials wrong = new Credentials(List.of(AgeIdentity.generate()), Optional.empty());
    assertThrows(NoMatchingIdentityException.class, () -> stranger.open(test.store, wrong));
  }

  @Test
  void joiningOnceIsEnough() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    Repositories host = new Repositories(new KnownRepositories(folder.resolve("other")));
    host.join(test.store, new Credentials(List.of(test.identity), Optional.empty()));
    assertEquals(
        test.asSource(test.store).fingerprint(),
        host.open(test.store, Credentials.NONE).fingerprint());
  }

  @ParameterizedTest
  @EnumSource(PassphraseKdf.class)
  void aPassphraseAloneReadsData(PassphraseKdf kdf) throws Exception {
    MemoryStore store = new MemoryStore("p");
    Repositories host = new Repositories(new KnownRepositories(folder.resolve("a")));
    try (Passphrase right = Passphrase.of("correct horse".toCharArray());
        Passphrase wrong = Passphrase.of("battery staple".toCharArray())) {
      host.create(
          store, TestRepository.SMALL_CHUNKS, new Protection(List.of(), Optional.of(right), kdf));
      Repositories fresh = new Repositories(new KnownRepositories(folder.resolve("b")));
      Repository opened = fresh.open(store, new Credentials(List.of(), Optional.of(right)));
      assertTrue(opened.readsData());
      assertThrows(
          NoMatchingIdentityException.class,
          () -> fresh.open(store, new Credentials(List.of(), Optional.of(wrong))));
    }
  }

  @Test
  void nothingIsWhereNothingIs() {
    Repositories host = new Repositories(new KnownRepositories(folder));
    assertThrows(
        NoSuchRepositoryException.class,
        () -> host.open(new MemoryStore("empty"), Credentials.NONE));
  }

  @Test
  void anExistingRepositoryIsNeverMadeAnew() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] before = config(test.store);
    assertThrows(
        RepositoryRefusedException.class,
        () -> test.source.create(test.store, TestRepository.SMALL_CHUNKS, Protection.NONE));
    assertArrayEquals(before, config(test.store));
    assertTrue(test.asSource(test.store).config().encrypted());
  }

  @Test
  void everyChangedByteOfTheConfigIsRefused() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] right = config(test.store);
    for (int i = 0; i < right.length; i++) {
      byte[] changed = right.clone();
      changed[i] ^= 1;
      put(test.store, changed);
      assertThrows(FirkinException.class, () -> test.asOwner(test.store), "byte " + i);
      assertThrows(FirkinException.class, () -> test.asSource(test.store), "byte " + i);
    }
  }

  @Test
  void aRecipientSlippedInIsRefused() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    String json = new String(config(test.store), StandardCharsets.UTF_8);
    String mine = "\"" + test.identity.recipient().text() + "\"";
    String evil = "\"" + AgeIdentity.generate().recipient().text() + "\"";
    put(test.store, json.replace(mine, mine + "," + evil));
    assertThrows(RepositoryRefusedException.class, () -> test.asSource(test.store));
    assertThrows(DamagedException.class, () -> test.asOwner(test.store));
  }

  /** Whoever holds the secret can seal a list of recipients; a host's pin still holds. */
  @Test
  void aSealedListOtherThanThePinnedIsRefused() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    RepositoryConfig config = test.asSource(test.store).config();
    RepositoryKeys keys =
        RepositoryKeys.derive(
            new KnownRepositories(folder.resolve("source"))
                .find(config.id())
                .orElseThrow()
                .secret()
                .orElseThrow(),
            config.id().toBytes());
    List<AgeRecipient> longer =
        List.of(test.identity.recipient(), AgeIdentity.generate().recipient());
    RepositoryConfig changed =
        new RepositoryConfig(
            config.id(),
            config.created(),
            2,
            config.chunker(),
            new RepositoryConfig.Encryption.Age(
                longer, Set.of(), keys.metadataIdentity().orElseThrow().recipient()));
    put(test.store, ConfigFormat.write(changed, new Seal(keys.seals(), config.id())));
    assertThrows(RepositoryRefusedException.class, () -> test.asSource(test.store));
    test.source.join(test.store, new Credentials(List.of(test.identity), Optional.empty()));
    assertEquals(longer, test.asSource(test.store).config().recipients());
  }

  @Test
  void aPlainRepositoryInTheOldPlaceIsRefused() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    MemoryStore bait = new MemoryStore("test"); // the same location
    new Repositories(new KnownRepositories(folder.resolve("attacker")))
        .create(bait, TestRepository.SMALL_CHUNKS, Protection.NONE);
    assertThrows(RepositoryRefusedException.class, () -> test.asSource(bait));
  }

  @Test
  void aPlainConfigOfTheSameRepositoryIsRefused() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    String id = test.asSource(test.store).config().id().text();
    MemoryStore bait = new MemoryStore("bait");
    new Repositories(new KnownRepositories(folder.resolve("attacker")))
        .create(bait, TestRepository.SMALL_CHUNKS, Protection.NONE);
    String plain = new String(config(bait), StandardCharsets.UTF_8);
    put(
        test.store,
        plain.replaceFirst("\"repository\":\"[0-9a-f]{32}\"", "\"repository\":\"" + id + "\""));
    assertThrows(RepositoryRefusedException.class, () -> test.asSource(test.store));
  }

  @Test
  void aNewerFormatIsLeftAlone() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    String json = new String(config(test.store), StandardCharsets.UTF_8);
    put(test.store, json.replace("\"format\":1", "\"format\":2"));
    assertThrows(NewerFormatException.class, () -> test.asOwner(test.store));
  }

  @Test
  void nonsenseIsNoRepository() throws Exception {
    for (String text :
        List.of("", "{}", "null", "[1]", "{\"format\":1}", "\u0000", "{\"format\":1e999}")) {
      MemoryStore store = new MemoryStore("n");
      put(store, text);
      Repositories host = new Repositories(new KnownRepositories(folder));
      assertThrows(DamagedException.class, () -> host.open(store, Credentials.NONE), text);
    }
  }

  private static byte[] config(MemoryStore store) throws Exception {
    ByteBuffer body = store.get(CONFIG, 1 << 20).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  private static void put(MemoryStore store, String text) throws Exception {
    put(store, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(MemoryStore store, byte[] bytes) throws Exception {
    store.put(CONFIG, ByteBuffer.wrap(bytes), PutCondition.always());
  }
}
