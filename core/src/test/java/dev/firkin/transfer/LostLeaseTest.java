package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While a push was away, another took its lease for dead and cleaned the repository up. */
@Timeout(120)
class LostLeaseTest {

  @TempDir Path folder;
  private TestRepository test;
  private byte[] full;

  @BeforeEach
  void make() throws Exception {
    test = TestRepository.encrypted(folder);
    full = TestStreams.full(1, 2_000_000);
  }

  @Test
  void whatNothingWasTakenFromIsStored() throws Exception {
    ObjectStore store = away(new Nth("chunks/", 10), List.of("leases/"));
    assertInstanceOf(PushResult.Stored.class, push(store, "v/one", full));
    assertSound(1);
  }

  @Test
  void aPushThatLostAChunkIsNotStoredAndTheNextOneIs() throws Exception {
    ObjectStore store = away(new Nth("chunks/", 10), List.of("leases/", "chunks/"));
    assertThrows(SweptException.class, () -> push(store, "v/one", full));
    assertEquals(List.of(), keys("snapshots/"));

    push(test.store, "v/one", full);
    assertSound(1);
  }

  @Test
  void aPushThatLostAPageIsNotStoredEither() throws Exception {
    byte[] large = TestStreams.full(2, 10_000_000);
    ObjectStore store = away(new Nth("pages/", 1), List.of("leases/", "pages/"));
    assertThrows(SweptException.class, () -> push(store, "v/two", large));
    assertEquals(List.of(), keys("snapshots/"));
  }

  @Test
  void aDeltaWhoseParentIsGoneIsNotStored() throws Exception {
    push(test.store, "v/one", full);
    byte[] delta = TestStreams.delta(2, 1_000_000, 1);
    ObjectStore store = away(new Nth("chunks/", 5), List.of("leases/", "snapshots/"));
    assertThrows(SweptException.class, () -> push(store, "v/two", delta));
    assertEquals(List.of(), keys("snapshots/"));
  }

  /** It asked for its lease, slept, and wrote the manifest. */
  @Test
  void whatHappensBesideTheCommitIsTakenBack() throws Exception {
    ObjectStore store = away(new Nth("snapshots/", 1), List.of("leases/", "chunks/"));
    assertThrows(SweptException.class, () -> push(store, "v/one", full));
    assertEquals(List.of(), keys("snapshots/"));

    push(test.store, "v/one", full);
    assertSound(1);
  }

  @Test
  void whoMayNotDeleteSaysWhatHappenedBesideTheCommit() throws Exception {
    ObjectStore away = away(new Nth("snapshots/", 1), List.of("leases/", "chunks/"));
    ObjectStore store =
        new ForwardingStore(away) {
          @Override
          public void delete(Collection<ObjectKey> keys) throws StoreException {
            if (keys.stream().anyMatch(key -> key.value().startsWith("snapshots/"))) {
              throw new StoreRefusedException(location(), null, "deleting is denied", null, null);
            }
            store.delete(keys);
          }
        };
    DamagedException damaged =
        assertThrows(DamagedException.class, () -> push(store, "v/one", full));
    assertTrue(damaged.getMessage().contains("v/one"), damaged.getMessage());
    assertEquals(1, keys("snapshots/").size());
  }

  @Test
  void nothingIsSaidOfATakeoverThatTookNothing() throws Exception {
    ObjectStore store = away(new Nth("snapshots/", 1), List.of("leases/"));
    assertInstanceOf(PushResult.Stored.class, push(store, "v/one", full));
    assertSound(1);
  }

  /** The n-th key below a folder that is put. */
  private static final class Nth implements Predicate<ObjectKey> {
    private final String folder;
    private int left;

    Nth(String folder, int n) {
      this.folder = folder;
      this.left = n;
    }

    @Override
    public synchronized boolean test(ObjectKey key) {
      return key.value().startsWith(folder) && --left == 0;
    }
  }

  /** Around a certain put the first object of each of these folders is deleted. */
  private ObjectStore away(Predicate<ObjectKey> when, List<String> folders) {
    return new ForwardingStore(test.store) {
      @Override
      public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
          throws StoreException {
        if (key.value().startsWith("snapshots/")) {
          sweepAt(key); // before: a manifest is read back at once, and would be missed
          return store.put(key, body, condition);
        }
        PutResult result = store.put(key, body, condition);
        sweepAt(key);
        return result;
      }

      private void sweepAt(ObjectKey key) throws StoreException {
        if (when.test(key)) {
          for (String gone : folders) {
            store.delete(List.of(keys(gone).getFirst()));
          }
        }
      }
    };
  }

  private PushResult push(ObjectStore store, String name, byte[] stream) throws Exception {
    return PushAndRestoreTest.push(test.asSource(store), name, stream);
  }

  private void assertSound(int snapshots) throws Exception {
    Repository owner = test.asOwner(test.store);
    VerifyReport report =
        new Verify(
                owner, owner.snapshots(ObjectCache.none()), List.of(), 3, 1, new RestoreProgress())
            .run();
    assertEquals(List.of(), report.findings());
    assertEquals(snapshots, report.snapshots());
    assertEquals(List.of(), keys("leases/"));
  }

  private List<ObjectKey> keys(String folder) {
    List<ObjectKey> keys = new ArrayList<>();
    test.store.list(KeyPrefix.of(folder), info -> keys.add(info.key()));
    return keys;
  }
}
