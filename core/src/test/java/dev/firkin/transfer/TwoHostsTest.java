package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TwoHostsTest {
  @TempDir Path folder;

  /** They meet at the manifest, where both believe to be the first. */
  @Test
  void whoPushTheSameSnapshotAtOnceBothEndWellWithOneManifest() throws Exception {
    TestRepository test = TestRepository.encrypted(folder);
    byte[] stream = TestStreams.full(3, 1_500_000);
    CyclicBarrier bothAtTheManifest = new CyclicBarrier(2);
    ForwardingStore store =
        new ForwardingStore(test.store) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.value().startsWith("snapshots/")) {
              try {
                bothAtTheManifest.await(30, TimeUnit.SECONDS);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
            return store.put(key, body, condition);
          }
        };
    List<FutureTask<PushResult>> pushes = new ArrayList<>();
    for (int host = 0; host < 2; host++) {
      Repository repository = test.asSource(store);
      FutureTask<PushResult> push =
          new FutureTask<>(() -> PushAndRestoreTest.push(repository, "v/three", stream));
      pushes.add(push);
      Thread.ofPlatform().daemon().start(push);
    }

    int stored = 0;
    for (FutureTask<PushResult> push : pushes) {
      stored += push.get() instanceof PushResult.Stored ? 1 : 0;
    }

    assertEquals(1, stored, "the other was told that it is there");
    assertEquals(1, count(test, "snapshots/"));
    assertEquals(0, count(test, "leases/"));
    Repository owner = test.asOwner(test.store);
    VerifyReport report =
        new Verify(
                owner, owner.snapshots(ObjectCache.none()), List.of(), 3, 1, new RestoreProgress())
            .run();
    assertEquals(List.of(), report.findings());
    assertEquals(new Leftovers(0, 0, 0, 0), report.leftovers().orElseThrow());
  }

  private static int count(TestRepository test, String folder) {
    List<ObjectKey> keys = new ArrayList<>();
    test.store.list(KeyPrefix.of(folder), info -> keys.add(info.key()));
    return keys.size();
  }
}
