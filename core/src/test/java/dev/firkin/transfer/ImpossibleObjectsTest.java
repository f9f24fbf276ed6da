package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.decorator.ForwardingStore;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects under our keys that nobody could have written for what they are. */
class ImpossibleObjectsTest {
  private static final int FAR_TOO_LARGE_BYTES = 66 << 20;

  @TempDir private Path folder;
  private TestRepository test;
  private byte[] stream;
  private Manifest manifest;

  @BeforeEach
  void push() throws Exception {
    test = TestRepository.encrypted(folder);
    stream = TestStreams.full(31, 6_000_000);
    manifest = pushAgain().manifest();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2 << 20})
  void anImpossibleChunkIsFoundAndReplacedByTheNextPush(int bytes) throws Exception {
    ObjectKey chunk = firstChunk();
    put(chunk, new byte[bytes]);
    assertThrows(DamagedException.class, this::restore);
    assertEquals(List.of(chunk + " " + Finding.Kind.CHUNK_MISSING), findings());

    assertEquals(1, pushAgain().counts().added().chunks());

    assertEquals(List.of(), findings());
    assertEquals(stream.length, restore());
  }

  @Test
  void anImpossiblePageIsNamed() throws Exception {
    ChunkRun.References.Paged paged = (ChunkRun.References.Paged) manifest.data().references();
    ObjectKey page = Pages.key(paged.pages().getFirst());
    byte[] aChunkInsteadOfIt = bytes(firstChunk()); // not even encrypted to who reads pages
    for (byte[] wrong : List.of(new byte[0], new byte[2 << 20], aChunkInsteadOfIt)) {
      put(page, wrong);
      assertThrows(DamagedException.class, this::restore);
      assertEquals(List.of(page + " " + Finding.Kind.PAGE), findings());
    }
  }

  @Test
  void anImpossibleManifestIsNamedAndDoesNotHideTheOthers() throws Exception {
    Manifest other =
        PushAndRestoreTest.push(test.asSource(test.store), "v/other", TestStreams.full(32, 100_000))
            .manifest();
    ObjectKey key = Snapshots.key(other.id());
    for (byte[] wrong : List.of(new byte[0], new byte[FAR_TOO_LARGE_BYTES], bytes(firstChunk()))) {
      put(key, wrong);
      assertEquals(
          List.of(manifest),
          test.asSource(test.store).snapshots(ObjectCache.none()).load().manifests());
      assertEquals(List.of(key + " " + Finding.Kind.MANIFEST), findings());
    }
  }

  /** A store that keeps checksums, as S3 does, tells of damage before we can. */
  @Test
  void whatTheStoreItselfFindsDamagedIsNamed() throws Exception {
    ChunkRun.References.Paged paged = (ChunkRun.References.Paged) manifest.data().references();
    for (ObjectKey key :
        List.of(firstChunk(), Pages.key(paged.pages().getFirst()), Snapshots.key(manifest.id()))) {
      ObjectStore rotten =
          new ForwardingStore(test.store) {
            @Override
            public StoredObject get(ObjectKey wanted, int maxBytes) throws StoreException {
              if (wanted.equals(key)) {
                throw new ObjectDamagedException(location(), wanted, "the same each time");
              }
              return super.get(wanted, maxBytes);
            }
          };
      assertEquals(
          List.of(key.value()),
          verify(test.asOwner(rotten)).findings().stream().map(Finding::key).toList());
    }
  }

  private PushResult pushAgain() throws Exception {
    return PushAndRestoreTest.push(test.asSource(test.store), "v/s", stream);
  }

  private long restore() throws Exception {
    RestoreProgress progress = new RestoreProgress();
    new StreamRestore(test.asOwner(test.store), 4, progress)
        .write(manifest, OutputStream.nullOutputStream());
    return progress.streamBytes();
  }

  private List<String> findings() throws Exception {
    return verify(test.asOwner(test.store)).findings().stream()
        .map(f -> f.key() + " " + f.kind())
        .toList();
  }

  private static VerifyReport verify(Repository repository) throws Exception {
    return new Verify(
            repository,
            repository.snapshots(ObjectCache.none()),
            List.of(),
            4,
            1,
            new RestoreProgress())
        .run();
  }

  private ObjectKey firstChunk() throws Exception {
    List<ObjectKey> keys = new ArrayList<>();
    test.store.list(KeyPrefix.of("chunks/"), info -> keys.add(info.key()));
    assertTrue(keys.size() > Chunks.FOLDERS / 4, keys::toString);
    return keys.getFirst();
  }

  private byte[] bytes(ObjectKey key) throws Exception {
    ByteBuffer body = test.store.get(key, 1 << 26).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  private void put(ObjectKey key, byte[] bytes) {
    test.store.put(key, ByteBuffer.wrap(bytes), PutCondition.always());
  }
}
