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
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
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
  private final AtomicInteger puts = new AtomicInteger();
  private boolean takesNotice = true;
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
          public Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
            return head(key);
          }

          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            puts.incrementAndGet();
            return store.put(key, body, takesNotice ? condition : PutCondition.always());
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
    puts.set(0);
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

  /** A night's new chunks cost nothing but their puts, however many there are. */
  @Test
  void afterAFewThatWereNotThereNoneIsAskedFor() throws Exception {
    try (ChunkPresence presence = ChunkPresence.ofFew(chunks)) {
      for (ChunkRef ref : stored) {
        assertEquals(Optional.empty(), presence.findUnlessNew(stranger(ref), 1));
      }
      assertEquals(16, heads.get());
      assertEquals(2, puts.get(), "the trial of conditions");
      assertEquals(0, lists.get());
      // Who wants to know is told the truth still.
      assertEquals(Optional.of(stored.get(7)), presence.find(stored.get(7).id(), 20));
    }
  }

  /** A file that was moved: one of its chunks is put in vain, the others are asked for. */
  @Test
  void oneThatIsThereAfterAllMakesItAskAgain() throws Exception {
    try (ChunkPresence presence = ChunkPresence.ofFew(chunks)) {
      for (ChunkRef ref : stored.subList(0, 50)) {
        assertEquals(Optional.empty(), presence.findUnlessNew(stranger(ref), 1));
      }
      ChunkRef moved = stored.get(60);
      assertEquals(Optional.empty(), presence.findUnlessNew(moved.id(), 20));
      presence.addFound(moved);
      for (ChunkRef ref : stored.subList(60, 2_000)) {
        assertEquals(Optional.of(ref), presence.findUnlessNew(ref.id(), 20));
      }
    }
  }

  @Test
  void aStoreThatTakesNoNoticeOfConditionsIsAskedEachTime() throws Exception {
    takesNotice = false;
    try (ChunkPresence presence = ChunkPresence.ofFew(chunks)) {
      for (ChunkRef ref : stored.subList(0, 50)) {
        assertEquals(Optional.empty(), presence.findUnlessNew(stranger(ref), 1));
      }
      assertEquals(2, puts.get(), "the trial of conditions");
      for (ChunkRef ref : stored) {
        assertEquals(Optional.of(ref), presence.findUnlessNew(ref.id(), 20));
      }
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
