package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.local.FileStamp;
import dev.firkin.repository.local.ManifestCopies;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a host keeps of many manifests is worth as much as the store's own word, or nothing. */
@Timeout(120)
final class ManifestCopiesTest {
  private static final int MANY = 60;

  @TempDir private Path folder;
  private TestRepository test;
  private Path state;
  private Path file;
  private List<Manifest> stored;
  private final AtomicInteger reads = new AtomicInteger();

  @BeforeEach
  void make() throws Exception {
    test = TestRepository.encrypted(folder);
    state = folder.resolve("state");
    file = state.resolve("manifests");
    Snapshots snapshots = test.asSource(test.store).snapshots(ObjectCache.none());
    for (int i = 0; i < MANY; i++) {
      snapshots.commit(manifest(snapshots, i));
    }
    stored = snapshots.load().manifests();
    assertEquals(MANY, stored.size());
    assertEquals(stored, load());
    assertEquals(MANY, reads.get());
  }

  @Test
  void theyAreReadFromOneFileOfTheOwner() throws Exception {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    ObjectCache cache = ObjectCache.in(state);
    ManifestCopies copies = cache.manifests();
    copies.begin(test.asSource(test.store).seal());
    for (Manifest manifest : stored) {
      FileStamp stamp = cache.stamp(Snapshots.key(manifest.id()).value()).orElseThrow();
      assertEquals(Optional.of(manifest), copies.find(manifest.repository(), manifest.id(), stamp));
      for (FileStamp other :
          List.of(
              new FileStamp(stamp.bytes() + 1, stamp.modified(), stamp.inode()),
              new FileStamp(stamp.bytes(), stamp.modified() + 1, stamp.inode()),
              new FileStamp(stamp.bytes(), stamp.modified(), stamp.inode() + 1))) {
        assertEquals(Optional.empty(), copies.find(manifest.repository(), manifest.id(), other));
      }
    }
    assertEquals(stored, load());
    assertEquals(0, reads.get());
  }

  /** Of the same length, so that only its file tells. */
  @Test
  void whatWasForgottenAndStoredAgainIsNotTakenForWhatItWas() throws Exception {
    Manifest first = stored.getFirst();
    Snapshots here = test.asSource(test.store).snapshots(ObjectCache.in(state));
    long bytes = test.store.head(Snapshots.key(first.id())).orElseThrow().bytes();
    int another = 0;
    do {
      test.store.delete(List.of(Snapshots.key(first.id())));
      here.drop(first.id());
      here.commit(manifest(here, 0, "t" + another++));
    } while (test.store.head(Snapshots.key(first.id())).orElseThrow().bytes() != bytes);
    Manifest again = here.read(first.id());
    assertNotEquals(first, again);

    Snapshots later = test.asSource(test.store).snapshots(ObjectCache.in(state));
    assertTrue(later.remembered().contains(again));
    assertFalse(later.remembered().contains(first));
    assertTrue(load().contains(again));
  }

  @Test
  void oneProcessOpensEachOnce() throws Exception {
    ObjectCache cache = ObjectCache.in(state);
    Snapshots snapshots = test.asSource(counting()).snapshots(cache);
    List<Manifest> first = snapshots.load().manifests();
    removeSingleCopies();
    Files.delete(file);
    reads.set(0);
    List<Manifest> again = test.asSource(counting()).snapshots(cache).load().manifests();
    assertEquals(0, reads.get());
    assertEquals(first, again);
    assertEquals(MANY, snapshots.load().manifests().size());
  }

  @Test
  void whatIsDamagedInItIsPassedOver() throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at += bytes.length / 20) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      assertEquals(stored, load(), "at " + at);
    }
    for (int length : List.of(0, 3, 8, 100, bytes.length - 1)) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertEquals(stored, load(), "of length " + length);
    }
    removeSingleCopies();
    Files.write(file, bytes);
    assertEquals(stored, load());
    assertEquals(MANY, reads.get(), "without the copy of the object a record is of nothing");
  }

  @Test
  void whatIsSealedForAnotherRepositoryIsPassedOver() throws Exception {
    ObjectCache cache = ObjectCache.in(state);
    Manifest manifest = stored.getFirst();
    FileStamp stamp = cache.stamp(Snapshots.key(manifest.id()).value()).orElseThrow();
    Seal ours = test.asSource(test.store).seal();
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    for (Seal seal : List.of(ours, another(elsewhere))) {
      cache.manifests().begin(seal);
      assertEquals(
          seal == ours,
          cache.manifests().find(manifest.repository(), manifest.id(), stamp).isPresent());
    }
  }

  private static Seal another(Path elsewhere) throws FirkinException {
    TestRepository other = TestRepository.encrypted(elsewhere);
    return other.asSource(other.store).seal();
  }

  @Test
  void whatWasReplacedInTheStoreIsAskedForAnew() throws Exception {
    Snapshots elsewhere = test.asSource(test.store).snapshots(ObjectCache.none());
    Manifest mended = elsewhere.replace(stored.getFirst());
    assertEquals(Optional.of(mended), load().stream().filter(mended::equals).findFirst());
    assertEquals(1, reads.get());
  }

  @Test
  void whatIsGoneFromTheStoreIsNotListed() throws Exception {
    test.store.delete(List.of(Snapshots.key(stored.getFirst().id())));
    assertEquals(stored.subList(1, MANY), load());
    Snapshots snapshots = test.asSource(test.store).snapshots(ObjectCache.in(state));
    assertEquals(MANY, snapshots.remembered().size(), "but this host has seen it");
    assertEquals(MANY - 1, snapshots.load().manifests().size());
    assertEquals(MANY, snapshots.remembered().size());
    snapshots.drop(stored.getFirst().id());
    assertEquals(MANY - 1, snapshots.remembered().size());
  }

  /** By a new process. */
  private List<Manifest> load() throws FirkinException {
    reads.set(0);
    return test.asSource(counting()).snapshots(ObjectCache.in(state)).load().manifests();
  }

  private ObjectStore counting() {
    return new ForwardingStore(test.store) {
      @Override
      public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
        if (key.value().startsWith("snapshots/")) {
          reads.incrementAndGet();
        }
        return store.get(key, maxBytes);
      }
    };
  }

  private void removeSingleCopies() throws Exception {
    List<Path> copies = new ArrayList<>();
    try (Stream<Path> files = Files.list(state.resolve("snapshots"))) {
      files.forEach(copies::add);
    }
    for (Path copy : copies) {
      Files.delete(copy);
    }
  }

  private Manifest manifest(Snapshots snapshots, int number) throws FirkinException {
    return manifest(snapshots, number, "test");
  }

  private Manifest manifest(Snapshots snapshots, int number, String tool) throws FirkinException {
    SnapshotName name = new SnapshotName("db", "n" + number);
    StreamInfo stream =
        new StreamInfo(new StreamInfo.Kind.Opaque(), 5, new Hash256(number, 1, 2, 3));
    byte[] content = {1, 2, 3, 4, (byte) number};
    Chunks chunks = test.asSource(test.store).chunks();
    ChunkRef ref = chunks.store(chunks.id(content), content).ref();
    Instant time = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number);
    return new Manifest(
        test.asSource(test.store).config().id(),
        snapshots.id(SnapshotIdentity.of(name, stream.kind())),
        name,
        stream,
        ChunkRun.EMPTY,
        ChunkRun.inline(List.of(ref)),
        new Source("host", Optional.empty(), Optional.of(time), time, time, List.of(), tool),
        new Added(1, 5, ref.storedBytes()));
  }
}
