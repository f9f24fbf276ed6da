package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChunkPresenceTest {
  @TempDir private Path folder;
  private final AtomicInteger heads = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();
  private final List<ChunkRef> stored = new ArrayList<>();
  private Chunks chunks;

  @BeforeEach
  void make() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    ObjectStore counting =
        new ForwardingStore(test.store) {
          @Override
          public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
            heads.incrementAndGet();
            return store.head(key);
          }

          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            lists.incrementAndGet();
            store.list(prefix, each);
          }
        };
    chunks = test.asSource(counting).chunks();
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] content = new byte[20];
      random.nextBytes(content);
      stored.add(chunks.store(chunks.id(content), content).ref());
    }
    heads.set(0);
    lists.set(0);
  }

  /** However many there are: a night's new chunks cost a question each. */
  @Test
  void fewAreAskedForOneByOne() throws Exception {
    try (ChunkPresence presence = ChunkPresence.ofFew(chunks)) {
      Set<Integer> folders = new HashSet<>();
      int asked = 0;
      for (ChunkRef ref : stored) {
        if (folders.add(Chunks.folder(ref.id()))) {
          assertEquals(Optional.of(ref), presence.find(ref.id(), ref.plaintextBytes()));
          assertEquals(Optional.empty(), presence.find(stranger(ref), 1));
          asked += 2;
        }
      }
      assertTrue(asked > 300, asked + " asked");
      assertEquals(asked, heads.get());
      assertEquals(0, lists.get());
    }
  }

  @Test
  void manyAreListed() throws Exception {
    try (ChunkPresence presence = ChunkPresence.ofFew(chunks)) {
      for (int round = 0; round < 3; round++) {
        for (ChunkRef ref : stored) {
          assertEquals(Optional.of(ref), presence.find(ref.id(), ref.plaintextBytes()));
          assertEquals(Optional.empty(), presence.find(stranger(ref), 1));
        }
      }
      assertTrue(heads.get() <= 4 * Chunks.FOLDERS, heads.get() + " asked for by themselves");
      assertTrue(lists.get() <= Chunks.FOLDERS, lists.get() + " lists");
    }
  }

  @Test
  void whatThisRunStoresIsThereOnlyOnceItIsSaidToBe() throws Exception {
    try (ChunkPresence presence = ChunkPresence.ofFew(chunks)) {
      ChunkRef ref = new ChunkRef(stranger(stored.getFirst()), 7, 9);
      assertEquals(Optional.empty(), presence.find(ref.id(), 7));
      presence.add(ref);
      assertEquals(Optional.of(ref), presence.find(ref.id(), 7));
    }
  }

  /** In the same folder. */
  private static ChunkId stranger(ChunkRef ref) {
    Hash256 hash = ref.id().hash();
    return new ChunkId(new Hash256(hash.w0(), hash.w1() + 1, hash.w2(), hash.w3()));
  }
}
