package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushAndRestoreTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void restoresWhatWasPushed(boolean encrypted) throws Exception {
    TestRepository test =
        encrypted ? TestRepository.encrypted(folder) : TestRepository.plain(folder);
    byte[] full = TestStreams.full(1, 3_000_000);
    byte[] opaque = random(2, 1_000_000);
    byte[] tiny = {42};
    for (byte[] stream : List.of(full, opaque, tiny)) {
      PushResult result = push(test.asSource(test.store), "v/" + stream.length, stream);
      assertInstanceOf(PushResult.Stored.class, result);
      assertArrayEquals(stream, restore(test.asOwner(test.store), result.manifest()));
    }
    assertTrue(verify(test.asOwner(test.store), 1).sound());
  }

  @Test
  void manyReferencesGoToPages() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] stream = random(3, 100_000_000);
    PushResult result = push(test.asSource(test.store), "v/big", stream);
    ChunkRun data = result.manifest().data();
    ChunkRun.References.Paged paged =
        assertInstanceOf(ChunkRun.References.Paged.class, data.references());
    assertTrue(paged.pages().size() > 1, () -> data.chunks() + " chunks");
    MessageDigest restored = MessageDigest.getInstance("SHA-256");
    new StreamRestore(test.asOwner(test.store), 4, new RestoreProgress())
        .write(
            result.manifest(), new DigestOutputStream(OutputStream.nullOutputStream(), restored));
    assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(stream), restored.digest());
    assertEquals(0, count(test, "uploads/"), "checkpoints are gone after the commit");
  }

  @Test
  void noSnapshotReliesOnADamagedPage() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] stream = random(9, 20_000_000);
    push(test.asSource(test.store), "v/one", stream);
    List<ObjectKey> pages = new ArrayList<>();
    test.store.list(KeyPrefix.of("pages/"), info -> pages.add(info.key()));
    assertFalse(pages.isEmpty());
    for (ObjectKey page : pages) {
      test.store.put(page, ByteBuffer.wrap(new byte[100]), PutCondition.always());
    }

    Manifest two = push(test.asSource(test.store), "v/two", stream).manifest();

    assertArrayEquals(stream, restore(test.asOwner(test.store), two));
  }

  @Test
  void theSamePushAgainSendsNothing() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] stream = TestStreams.full(4, 2_000_000);
    Manifest first = push(test.asSource(test.store), "v/a", stream).manifest();
    long objects = count(test, "");
    PushResult again = push(test.asSource(test.store), "v/a", stream);
    assertInstanceOf(PushResult.AlreadyStored.class, again);
    assertEquals(first, again.manifest());
    assertEquals(0, again.counts().added().chunks());
    assertEquals(objects, count(test, ""));
  }

  @Test
  void repeatedContentWithinAStreamIsStoredOnce() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    PushResult zeros = push(test.asSource(test.store), "v/zeros", new byte[10 << 20]);
    assertEquals(1, zeros.counts().added().chunks());
    assertArrayEquals(new byte[10 << 20], restore(test.asOwner(test.store), zeros.manifest()));
  }

  @Test
  void anOpaqueNameIsNeverReplaced() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    Manifest first = push(test.asSource(test.store), "db/dump", random(5, 1000)).manifest();
    assertThrows(
        PushException.class, () -> push(test.asSource(test.store), "db/dump", random(6, 1000)));
    assertArrayEquals(random(5, 1000), restore(test.asOwner(test.store), first));
  }

  /** At every call in turn, before and after its effect: the resume restores and verifies. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPushThatFailsAnywhereIsResumed(boolean beforeEffect) throws Exception {
    byte[] stream = TestStreams.full(7, 1_500_000);
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      TestRepository test = TestRepository.encrypted(folder.resolve("n" + n));
      FaultyStore faulty =
          new FaultyStore(test.store)
              .failCall(
                  n,
                  beforeEffect
                      ? FaultyStore.When.BEFORE_THE_EFFECT
                      : FaultyStore.When.AFTER_THE_EFFECT,
                  FaultyStore.Failure.unavailable());
      try {
        push(test.asSource(faulty), "v/s", stream);
        failed = faulty.calls() >= n;
      } catch (StoreUnavailableException e) {
        failed = true;
      }
      PushResult resumed = push(test.asSource(test.store), "v/s", stream);
      assertArrayEquals(stream, restore(test.asOwner(test.store), resumed.manifest()));
      assertTrue(verify(test.asOwner(test.store), 1).sound());
    }
    assertTrue(n > 20, "only " + n + " calls were tried");
  }

  @Test
  void anInterruptedPushSendsOnlyWhatIsMissing() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] stream = TestStreams.full(8, 6_000_000);
    FaultyStore faulty = new FaultyStore(test.store);
    for (int n = 60; n < 2000; n++) {
      faulty.failCall(n, FaultyStore.When.BEFORE_THE_EFFECT, FaultyStore.Failure.unavailable());
    }
    assertThrows(StoreUnavailableException.class, () -> push(test.asSource(faulty), "v/s", stream));
    long before = count(test, "chunks/");
    assertTrue(before > 0);
    PushResult resumed = push(test.asSource(test.store), "v/s", stream);
    assertEquals(count(test, "chunks/") - before, resumed.counts().added().chunks());
    assertTrue(resumed.counts().skippedChunks() >= before);
  }

  @Test
  void aStreamCutAnywhereIsNeverCommitted() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    byte[] stream = TestStreams.full(9, 300_000);
    Random random = new Random(9);
    for (int i = 0; i < 40; i++) {
      int cut = 13 + random.nextInt(stream.length - 13);
      MalformedStreamException e =
          assertThrows(
              MalformedStreamException.class,
              () -> push(test.asSource(test.store), "v/s", Arrays.copyOf(stream, cut)));
      assertTrue(e.truncated());
    }
    byte[] flipped = stream.clone();
    flipped[stream.length / 2] ^= 1;
    assertThrows(
        MalformedStreamException.class, () -> push(test.asSource(test.store), "v/s", flipped));
    byte[] trailing = Arrays.copyOf(stream, stream.length + 1);
    assertThrows(
        MalformedStreamException.class, () -> push(test.asSource(test.store), "v/s", trailing));
    assertEquals(0, count(test, "snapshots/"));
    assertTrue(count(test, "chunks/") > 0, "what was stored stays for the resume");
  }

  @Test
  void aFailedProducerStoresNothingAsComplete() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    byte[] whole = random(10, 500_000);
    MemoryProducer failing =
        new MemoryProducer(whole).failing(new FirkinException("pg_dump exited with status 1"));
    FirkinException e =
        assertThrows(FirkinException.class, () -> push(test.asSource(test.store), "db/d", failing));
    assertEquals("pg_dump exited with status 1", e.getMessage());
    assertTrue(failing.closed());
    assertEquals(0, count(test, "snapshots/"));
  }

  @Test
  void theProducersVerdictExplainsACutStream() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    byte[] cut = Arrays.copyOf(TestStreams.full(11, 100_000), 50_000);
    MemoryProducer killed =
        new MemoryProducer(cut).failing(new FirkinException("btrfs send was killed"));
    FirkinException e =
        assertThrows(FirkinException.class, () -> push(test.asSource(test.store), "v/s", killed));
    assertEquals("btrfs send was killed", e.getMessage());
  }

  @Test
  void anEmptyStreamIsRefused() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    assertThrows(PushException.class, () -> push(test.asSource(test.store), "v/s", new byte[0]));
  }

  @Test
  void aSourceReadsNoChunkOfItsOwnBackup() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] stream = TestStreams.full(12, 500_000);
    Repository source = test.asSource(test.store);
    Manifest manifest = push(source, "v/s", stream).manifest();
    assertThrows(NoMatchingIdentityException.class, () -> restore(source, manifest));
    assertEquals(1, source.snapshots(ObjectCache.none()).load().manifests().size());
    assertTrue(verify(source, 0).sound());
  }

  @Test
  void verifyNamesWhatIsDamagedAndNothingElse() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    push(test.asSource(test.store), "v/a", TestStreams.full(13, 1_000_000));
    push(test.asSource(test.store), "v/b", random(14, 1_000_000));
    List<ObjectInfo> chunks = list(test, "chunks/");
    for (ObjectInfo chunk : chunks) {
      ByteBuffer right = test.store.get(chunk.key(), 1 << 24).body();
      byte[] bytes = new byte[right.remaining()];
      right.get(bytes);

      test.store.delete(List.of(chunk.key()));
      assertFinding(test, 0, chunk.key(), Finding.Kind.CHUNK_MISSING);
      put(test, chunk.key(), Arrays.copyOf(bytes, bytes.length - 1));
      assertFinding(test, 0, chunk.key(), Finding.Kind.CHUNK_DAMAGED);
      byte[] flipped = bytes.clone();
      flipped[bytes.length / 2] ^= 1;
      put(test, chunk.key(), flipped);
      assertFinding(test, 1, chunk.key(), Finding.Kind.CHUNK_DAMAGED);
      put(test, chunk.key(), bytes);
    }
    ObjectKey a = chunks.get(0).key();
    ObjectKey b = chunks.get(1).key();
    put(test, a, bytes(test, b));
    assertFinding(test, 1, a, Finding.Kind.CHUNK_DAMAGED);
  }

  @Test
  void forgedManifestsAreRefused() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    Manifest a = push(test.asSource(test.store), "v/a", TestStreams.full(15, 200_000)).manifest();
    Manifest b = push(test.asSource(test.store), "v/b", TestStreams.full(16, 200_000)).manifest();
    ObjectKey keyA = Snapshots.key(a.id());
    ObjectKey keyB = Snapshots.key(b.id());
    byte[] right = bytes(test, keyA);
    put(test, keyA, bytes(test, keyB)); // an authentic one in another's place
    Repository owner = test.asOwner(test.store);
    assertThrows(DamagedException.class, () -> owner.snapshots(ObjectCache.none()).read(a.id()));
    assertFinding(test, 0, keyA, Finding.Kind.MANIFEST);
    put(test, keyA, right);
    assertTrue(verify(owner, 1).sound());

    TestRepository other = TestRepository.encrypted(folder.resolve("other"));
    Manifest same =
        push(other.asSource(other.store), "v/a", TestStreams.full(15, 200_000)).manifest();
    put(test, keyA, bytes(other, Snapshots.key(same.id())));
    assertFinding(test, 0, keyA, Finding.Kind.MANIFEST);
  }

  private static void assertFinding(
      TestRepository test, double sample, ObjectKey key, Finding.Kind kind) throws Exception {
    VerifyReport report = verify(test.asOwner(test.store), sample);
    assertEquals(
        List.of(key + " " + kind),
        report.findings().stream().map(f -> f.key() + " " + f.kind()).toList());
  }

  static PushResult push(Repository repository, String name, byte[] stream) throws Exception {
    return push(repository, name, new MemoryProducer(stream));
  }

  static PushResult push(Repository repository, String name, Producer producer) throws Exception {
    return TestLeases.push(
        repository, 4, TestStreams.request(name), producer, Push.Start.FROM_ZERO);
  }

  private static byte[] restore(Repository repository, Manifest manifest) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamRestore(repository, 4, new RestoreProgress()).write(manifest, out);
    return out.toByteArray();
  }

  private static VerifyReport verify(Repository repository, double sample) throws Exception {
    return new Verify(
            repository,
            repository.snapshots(ObjectCache.none()),
            List.of(),
            4,
            sample,
            new RestoreProgress())
        .run();
  }

  private static long count(TestRepository test, String prefix) {
    return list(test, prefix).size();
  }

  private static List<ObjectInfo> list(TestRepository test, String prefix) {
    List<ObjectInfo> found = new ArrayList<>();
    test.store.list(prefix.isEmpty() ? KeyPrefix.all() : KeyPrefix.of(prefix), found::add);
    return found;
  }

  private static byte[] bytes(TestRepository test, ObjectKey key) throws Exception {
    ByteBuffer body = test.store.get(key, 1 << 26).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  private static void put(TestRepository test, ObjectKey key, byte[] bytes) throws Exception {
    test.store.put(key, ByteBuffer.wrap(bytes), PutCondition.always());
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
