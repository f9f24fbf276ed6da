package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.BrokenChainException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainTest {
  @TempDir Path folder;

  /** A receiver that keeps streams in memory, whole ones only. */
  private static final class MemoryReceiver implements Receiver {
    private final Set<SubvolumeUuid> received = new HashSet<>();
    private final Map<String, byte[]> streams = new LinkedHashMap<>();
    private int discarded;
    private int failAfterBytes = Integer.MAX_VALUE;

    @Override
    public Set<SubvolumeUuid> received(Catalog stored) {
      return Set.copyOf(received);
    }

    @Override
    public Reception begin(Manifest manifest) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      return new Reception() {
        private boolean finished;

        @Override
        public OutputStream stream() {
          return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int off, int len) throws IOException {
              if (bytes.size() + len > failAfterBytes) {
                throw new IOException("Broken pipe");
              }
              bytes.write(b, off, len);
            }
          };
        }

        @Override
        public void finish() throws FirkinException {
          if (bytes.size() != manifest.stream().bytes()) {
            throw new FirkinException("btrfs receive: no space left on device");
          }
          finished = true;
          streams.put(manifest.name().name(), bytes.toByteArray());
          manifest.stream().uuid().ifPresent(received::add);
        }

        @Override
        public void close() {
          if (!finished) {
            discarded++;
          }
        }
      };
    }
  }

  private static final ChainRestore.Listener QUIET =
      new ChainRestore.Listener() {
        @Override
        public void begins(Manifest manifest, int number, int of) {}

        @Override
        public void received(Manifest manifest) {}
      };

  @Test
  void receivesTheWholeChainInOrderAndThenOnlyWhatIsMissing() throws Exception {
    TestRepository test = chainOfThree();
    Repository owner = test.asOwner(test.store);
    Catalog catalog = owner.snapshots(ObjectCache.none()).load();
    MemoryReceiver receiver = new MemoryReceiver();
    ChainRestore restore = restore(owner, receiver);
    restore.run(restore.plan(catalog, named(catalog, "two")), QUIET);
    assertEquals(List.of("one", "two"), List.copyOf(receiver.streams.keySet()));
    restore.run(restore.plan(catalog, named(catalog, "three")), QUIET);
    assertEquals(List.of("one", "two", "three"), List.copyOf(receiver.streams.keySet()));
    assertArrayEquals(TestStreams.delta(3, 100_000, 2), receiver.streams.get("three"));
    assertEquals(List.of(), restore.plan(catalog, named(catalog, "three")));
    assertEquals(0, receiver.discarded);
  }

  @Test
  void aParentTheReceiverHasNeedNotBeInTheRepository() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    PushAndRestoreTest.push(test.asSource(test.store), "v/two", TestStreams.delta(2, 100_000, 1));
    Repository owner = test.asOwner(test.store);
    Catalog catalog = owner.snapshots(ObjectCache.none()).load();
    MemoryReceiver receiver = new MemoryReceiver();
    assertThrows(
        BrokenChainException.class,
        () -> restore(owner, receiver).plan(catalog, named(catalog, "two")));
    receiver.received.add(TestStreams.uuid(1));
    assertEquals(1, restore(owner, receiver).plan(catalog, named(catalog, "two")).size());
  }

  /** The same snapshot was pushed as a delta on what is gone, and as one on what is there. */
  @Test
  void aParentIsTakenInTheFormThatCanBeRestored() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    Repository source = test.asSource(test.store);
    PushAndRestoreTest.push(source, "v/two", TestStreams.delta(2, 1000, 9));
    PushAndRestoreTest.push(source, "v/one", TestStreams.full(1, 1000));
    PushAndRestoreTest.push(source, "v/two-again", TestStreams.delta(2, 1000, 1));
    PushAndRestoreTest.push(source, "v/three", TestStreams.delta(3, 1000, 2));
    Catalog catalog = source.snapshots(ObjectCache.none()).load();
    assertEquals(
        List.of("one", "two-again", "three"),
        catalog.chain(named(catalog, "three"), Set.of()).stream()
            .map(m -> m.name().name())
            .toList());
    assertEquals(
        List.of("two", "three"),
        catalog.chain(named(catalog, "three"), Set.of(TestStreams.uuid(9))).stream()
            .map(m -> m.name().name())
            .toList());
  }

  @Test
  void twoDeltasOnEachOtherAreNoEndlessChain() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    Repository source = test.asSource(test.store);
    PushAndRestoreTest.push(source, "v/one", TestStreams.delta(1, 1000, 2));
    PushAndRestoreTest.push(source, "v/two", TestStreams.delta(2, 1000, 1));
    Catalog catalog = source.snapshots(ObjectCache.none()).load();
    assertThrows(BrokenChainException.class, () -> catalog.chain(named(catalog, "two"), Set.of()));
  }

  @Test
  void theReceiversOwnWordExplainsABrokenPipe() throws Exception {
    TestRepository test = chainOfThree();
    Repository owner = test.asOwner(test.store);
    Catalog catalog = owner.snapshots(ObjectCache.none()).load();
    MemoryReceiver receiver = new MemoryReceiver();
    receiver.failAfterBytes = 50_000;
    ChainRestore restore = restore(owner, receiver);
    List<Manifest> plan = restore.plan(catalog, named(catalog, "one"));
    FirkinException e = assertThrows(FirkinException.class, () -> restore.run(plan, QUIET));
    assertEquals("btrfs receive: no space left on device", e.getMessage());
    assertEquals(1, receiver.discarded);
  }

  @Test
  void aMissingChunkIsNoticedBeforeAWrongByteIsGivenOut() throws Exception {
    TestRepository test = chainOfThree();
    Repository owner = test.asOwner(test.store);
    Catalog catalog = owner.snapshots(ObjectCache.none()).load();
    List<ObjectKey> chunks = new ArrayList<>();
    test.store.list(KeyPrefix.of("chunks/"), info -> chunks.add(info.key()));
    byte[] right = TestStreams.full(1, 100_000);
    int broken = 0;
    for (ObjectKey chunk : chunks) {
      java.nio.ByteBuffer body = test.store.get(chunk, 1 << 24).body();
      test.store.delete(List.of(chunk));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        new StreamRestore(owner, 2, new RestoreProgress()).write(named(catalog, "one"), out);
        assertArrayEquals(right, out.toByteArray());
      } catch (DamagedException e) {
        broken++;
        byte[] given = out.toByteArray();
        assertArrayEquals(Arrays.copyOf(right, given.length), given);
      }
      test.store.put(chunk, body, PutCondition.always());
    }
    assertTrue(broken > 0 && broken < chunks.size(), broken + " of " + chunks.size());
  }

  @Test
  void aManifestThatCannotBeReadIsNamedAndTheOthersStay() throws Exception {
    TestRepository test = chainOfThree();
    Catalog before = test.asSource(test.store).snapshots(ObjectCache.none()).load();
    ObjectKey key = Snapshots.key(named(before, "two").id());
    test.store.put(key, ByteBuffer.wrap(new byte[100]), PutCondition.always());
    Catalog after = test.asSource(test.store).snapshots(ObjectCache.none()).load();
    assertEquals(2, after.manifests().size());
    assertEquals(List.of(key.value()), after.damaged().stream().map(d -> d.key()).toList());
  }

  @Test
  void aCacheThatLiesIsFoundOut() throws Exception {
    TestRepository test = chainOfThree();
    ObjectCache cache = ObjectCache.in(folder.resolve("state"));
    Catalog first = test.asSource(test.store).snapshots(cache).load();
    Path copy = folder.resolve("state").resolve(Snapshots.key(named(first, "two").id()).value());
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length - 1] ^= 1;
    Files.write(copy, bytes);
    assertEquals(first, test.asSource(test.store).snapshots(cache).load());
  }

  private TestRepository chainOfThree() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    Repository source = test.asSource(test.store);
    PushAndRestoreTest.push(source, "v/one", TestStreams.full(1, 100_000));
    PushAndRestoreTest.push(source, "v/two", TestStreams.delta(2, 100_000, 1));
    PushAndRestoreTest.push(source, "v/three", TestStreams.delta(3, 100_000, 2));
    return test;
  }

  private static ChainRestore restore(Repository repository, Receiver receiver) {
    return new ChainRestore(new StreamRestore(repository, 2, new RestoreProgress()), receiver);
  }

  private static Manifest named(Catalog catalog, String name) {
    return catalog.manifests().stream()
        .filter(m -> m.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
