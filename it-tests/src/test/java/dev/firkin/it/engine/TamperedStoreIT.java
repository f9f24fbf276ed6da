package dev.firkin.it.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.RepositoryRefusedException;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun.References;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.transfer.Finding;
import dev.firkin.transfer.Finding.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write to the store can destroy, and cannot make anybody take wrong for right. */
@Timeout(300)
class TamperedStoreIT {
  private static final ObjectKey CONFIG = ObjectKey.of("firkin.json");
  private static final byte[] STREAM = made(51);
  private static final byte[] OTHER_STREAM = made(52);

  @TempDir private Path folder;
  private ObjectStore store;
  private AgeIdentity reader;
  private Host source;
  private Host owner;
  private Manifest manifest;
  private Manifest other;
  private Map<ObjectKey, byte[]> untouched;

  @BeforeEach
  void makeRepository() throws Exception {
    store = open("objects");
    reader = AgeIdentity.generate();
    source = Host.create(folder.resolve("source"), store, Host.SMALL_CHUNKS, reader);
    manifest = source.push("home", "wanted", Producers.of(STREAM)).manifest();
    other = source.push("home", "other", Producers.of(OTHER_STREAM)).manifest();
    owner = Host.open(folder.resolve("owner"), store, reader);
    untouched = Objects.copy(store);
    assertArrayEquals(STREAM, owner.restore(manifest));
    assertInstanceOf(References.Paged.class, manifest.data().references());
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void aChunkThatIsNotWhatItsIdSaysStopsTheRestoreBeforeAWrongByte() throws Exception {
    List<ChunkRef> refs = owner.references(manifest.data());
    ObjectKey chunk = Chunks.key(refs.get(60).id());
    byte[] right = untouched.get(chunk);
    byte[] anotherValid = untouched.get(Chunks.key(refs.get(61).id()));
    byte[] flipped = right.clone();
    flipped[right.length / 2] ^= 4;
    byte[] foreign = forgedFor(reader, new byte[refs.get(60).plaintextBytes()]);

    for (byte[] wrong :
        List.of(
            anotherValid,
            Arrays.copyOf(right, right.length - 1),
            Arrays.copyOf(right, right.length / 2),
            Arrays.copyOf(right, right.length + 1),
            flipped,
            foreign)) {
      Objects.write(store, chunk, wrong);
      assertRestoreStops(chunk);
      assertFindings(1, finding(Kind.CHUNK_DAMAGED, chunk, "wanted"));
      Objects.restore(store, untouched);
    }
    Objects.write(store, chunk, new byte[0]);
    assertRestoreStops(chunk);
    assertFindings(0, finding(Kind.CHUNK_MISSING, chunk, "wanted"));
    store.delete(List.of(chunk));
    assertRestoreStops(chunk);
    assertFindings(0, finding(Kind.CHUNK_MISSING, chunk, "wanted"));
  }

  @Test
  void aPageInAnothersPlaceIsRefused() throws Exception {
    ObjectKey page = Pages.key(firstPage(manifest));
    ObjectKey otherPage = Pages.key(firstPage(other));
    byte[] right = untouched.get(page);

    Objects.write(store, page, untouched.get(otherPage));
    assertRestoreStops(page);
    assertFindings(0, finding(Kind.PAGE, page, "wanted"));

    Objects.write(store, page, Arrays.copyOf(right, right.length - 20));
    assertRestoreStops(page);
    assertFindings(0, finding(Kind.PAGE, page, "wanted"));

    store.delete(List.of(page));
    assertRestoreStops(page);
    assertFindings(0, finding(Kind.PAGE, page, "wanted"));
  }

  @Test
  void aManifestFromElsewhereIsRefused() throws Exception {
    ObjectKey key = Snapshots.key(manifest.id());
    ObjectKey otherKey = Snapshots.key(other.id());
    ObjectStore elsewhere = open("elsewhere");
    try (elsewhere) {
      Host stranger = Host.create(folder.resolve("x"), elsewhere, Host.SMALL_CHUNKS, reader);
      Manifest same = stranger.push("home", "wanted", Producers.of(STREAM)).manifest();
      byte[] copied = Objects.read(elsewhere, Snapshots.key(same.id()));
      byte[] right = untouched.get(key);
      byte[] flipped = right.clone();
      flipped[right.length - 30] ^= 1;

      for (byte[] wrong : List.of(untouched.get(otherKey), copied, flipped, new byte[] {1})) {
        Objects.write(store, key, wrong);
        assertManifestRefused(key);
        Objects.restore(store, untouched);
      }
      // Both swapped: each is authentic, and neither is in its place.
      Objects.write(store, key, untouched.get(otherKey));
      Objects.write(store, otherKey, right);
      Catalog swapped = owner.repository().snapshots(ObjectCache.none()).load();
      assertEquals(List.of(), swapped.manifests());
      assertEquals(2, swapped.damaged().size());
      assertFindings(0, finding(Kind.MANIFEST, key), finding(Kind.MANIFEST, otherKey));
      Objects.restore(store, untouched);
      // A key that no push made: the name is free, the document is not.
      ObjectKey invented = ObjectKey.of("snapshots/" + "ab".repeat(32));
      Objects.write(store, invented, right);
      assertFindings(0, finding(Kind.MANIFEST, invented));
    }
  }

  @Test
  void aRecipientSlippedInIsRefusedByEveryHostBeforeItSendsAnything() throws Exception {
    String thief = AgeIdentity.generate().recipient().text();
    String own = reader.recipient().text();
    String config = new String(untouched.get(CONFIG), StandardCharsets.UTF_8);
    assertTrue(config.contains("\"" + own + "\""));

    for (String forged :
        List.of(
            config.replace("\"" + own + "\"", "\"" + own + "\",\"" + thief + "\""),
            config.replace(own, thief))) {
      replaceConfig(forged.getBytes(StandardCharsets.UTF_8));
      assertThrows(
          RepositoryRefusedException.class, () -> Host.open(folder.resolve("source"), store));
      // A fresh host has pinned nothing; the seal tells it. Where its own slot is gone: no way in.
      FirkinException e =
          assertThrows(
              FirkinException.class, () -> Host.open(folder.resolve("new"), store, reader));
      assertInstanceOf(DamagedException.class, e);
      assertEquals(untouched.size(), Objects.keys(store, "").size());
      Objects.restore(store, untouched);
    }
  }

  @Test
  void aPlainRepositoryInThePlaceOfAnEncryptedOneGetsNoPlaintext() throws Exception {
    byte[] plain;
    try (ObjectStore elsewhere = open("plain")) {
      Host.create(folder.resolve("y"), elsewhere, Host.SMALL_CHUNKS, Protection.NONE);
      plain = Objects.read(elsewhere, CONFIG);
    }
    replaceConfig(plain);
    assertThrows(
        RepositoryRefusedException.class, () -> Host.open(folder.resolve("source"), store));

    // Even one that claims to be this very repository.
    String ownId = source.repository().config().id().text();
    String claimed =
        new String(plain, StandardCharsets.UTF_8)
            .replaceFirst("\"repository\":\"[0-9a-f]{32}\"", "\"repository\":\"" + ownId + "\"");
    replaceConfig(claimed.getBytes(StandardCharsets.UTF_8));
    assertThrows(
        RepositoryRefusedException.class, () -> Host.open(folder.resolve("source"), store));
    assertEquals(untouched.size(), Objects.keys(store, "").size());
  }

  @Test
  void verifyNamesExactlyThePlantedDamage() throws Exception {
    assertTrue(owner.verify(1).sound());
    List<ChunkRef> refs = owner.references(manifest.data());
    ObjectKey missing = Chunks.key(refs.get(3).id());
    ObjectKey swapped = Chunks.key(refs.get(30).id());
    ObjectKey cut = Chunks.key(refs.get(50).id());
    ObjectKey commands = Chunks.key(owner.references(other.commands()).getFirst().id());
    byte[] rightCut = untouched.get(cut);
    store.delete(List.of(missing));
    Objects.write(store, swapped, untouched.get(Chunks.key(refs.get(31).id())));
    Objects.write(store, cut, Arrays.copyOf(rightCut, rightCut.length - 3));
    store.delete(List.of(commands));

    assertFindings(
        1,
        finding(Kind.CHUNK_MISSING, missing, "wanted"),
        finding(Kind.CHUNK_DAMAGED, swapped, "wanted"),
        finding(Kind.CHUNK_DAMAGED, cut, "wanted"),
        finding(Kind.CHUNK_MISSING, commands, "other"));
    // A source cannot read data, and yet sees what is missing or has another size.
    List<Finding> seen = source.verify(0).findings();
    Set<ObjectKey> sizes = Set.of(missing, cut, commands);
    assertTrue(seen.stream().map(Finding::key).toList().containsAll(keys(sizes)), seen::toString);

    // The next pushes heal it: what the store no longer has is sent again.
    source.push("home", "wanted", Producers.of(STREAM));
    source.push("home", "other", Producers.of(OTHER_STREAM));
    assertFindings(
        1,
        finding(Kind.CHUNK_DAMAGED, swapped, "wanted"),
        finding(Kind.CHUNK_DAMAGED, cut, "wanted"));
  }

  private static List<String> keys(Set<ObjectKey> keys) {
    return keys.stream().map(ObjectKey::value).toList();
  }

  /** What the owner writes is right as far as it goes, and it names the object. */
  private void assertRestoreStops(ObjectKey key) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DamagedException e = assertThrows(DamagedException.class, () -> owner.restore(manifest, out));
    assertEquals(key.value(), e.key());
    byte[] written = out.toByteArray();
    assertTrue(written.length < STREAM.length, "wrote all of it");
    assertArrayEquals(Arrays.copyOf(STREAM, written.length), written, "wrote something wrong");
  }

  private void assertManifestRefused(ObjectKey key) throws Exception {
    DamagedException e =
        assertThrows(DamagedException.class, () -> owner.snapshots().read(manifest.id()));
    assertEquals(key.value(), e.key());
    Catalog catalog = owner.repository().snapshots(ObjectCache.none()).load();
    assertEquals(List.of(other.id()), catalog.manifests().stream().map(Manifest::id).toList());
    assertEquals(
        List.of(key.value()), catalog.damaged().stream().map(DamagedException::key).toList());
    assertFindings(0, finding(Kind.MANIFEST, key));
  }

  private void replaceConfig(byte[] config) throws Exception {
    Objects.write(store, CONFIG, config);
  }

  /** A well-formed object that the store's owner could make: recipients are public. */
  private static byte[] forgedFor(AgeIdentity reader, byte[] plaintext) {
    ByteBuffer stored =
        Codec.encrypted(3, List.of(reader.recipient()), List.of()).encode(plaintext);
    byte[] bytes = new byte[stored.remaining()];
    stored.get(bytes);
    return bytes;
  }

  private record Expected(Kind kind, String key, List<SnapshotName> affected) {}

  private static Expected finding(Kind kind, ObjectKey key, String... snapshots) {
    return new Expected(
        kind,
        key.value(),
        Arrays.stream(snapshots).map(name -> new SnapshotName("home", name)).toList());
  }

  private void assertFindings(double sample, Expected... expected) throws Exception {
    assertEquals(
        Set.of(expected),
        Set.copyOf(
            owner.verify(sample).findings().stream()
                .map(f -> new Expected(f.kind(), f.key(), f.affected()))
                .toList()));
  }

  private static PageId firstPage(Manifest of) {
    return assertInstanceOf(References.Paged.class, of.data().references()).pages().getFirst();
  }

  private ObjectStore open(String name) throws FirkinException {
    StoreUrl url = StoreUrl.parse(folder.resolve(name).toString());
    return ObjectStores.create(url, StoreOptions.defaults());
  }

  private static byte[] made(long seed) {
    try {
      return SampleStreams.full(seed, 7 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
