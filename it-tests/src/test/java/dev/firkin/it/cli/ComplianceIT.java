package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectLocks.Lock;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Locks of the mode compliance, which no right ends: of one day, because the bucket stays. Locks of
 * the mode governance beside them show that the same requests could.
 */
@Timeout(180)
class ComplianceIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void nobodyEndsALockOfTheModeCompliance(S3ServerKind kind) throws Exception {
    String[] compliance = {"--object-lock-mode", "compliance"};
    try (LockedRepository locked = new LockedRepository(folder, kind, 1, compliance);
        ObjectStore store = locked.store();
        S3AsyncClient owner = locked.bucket().client()) {
      locked.push("monday", compliance);
      locked.push("tuesday");
      ObjectLocks locks = store.locks().orElseThrow();
      Map<ObjectLock.Mode, ObjectKey> chunks = new EnumMap<>(ObjectLock.Mode.class);
      for (ObjectKey key : LockedRepository.keys(store)) {
        if (ObjectKind.of(key) == ObjectKind.CHUNKS) {
          chunks.put(locks.lockOf(key).orElseThrow().mode(), key);
        }
      }
      ObjectKey hard = Objects.requireNonNull(chunks.get(ObjectLock.Mode.COMPLIANCE));
      ObjectKey soft = Objects.requireNonNull(chunks.get(ObjectLock.Mode.GOVERNANCE));

      CompletionException refused =
          assertThrows(CompletionException.class, () -> delete(owner, locked.bucket(), hard));
      assertInstanceOf(S3Exception.class, refused.getCause());

      Instant until = locks.lockOf(hard).orElseThrow().until();
      Lock sooner = new Lock(ObjectLock.Mode.COMPLIANCE, until.minusSeconds(3600));
      assertThrows(StoreException.class, () -> locks.lock(hard, sooner));
      Lock weaker = new Lock(ObjectLock.Mode.GOVERNANCE, until.plusSeconds(60));
      assertThrows(StoreException.class, () -> locks.lock(hard, weaker));
      assertEquals(until, locks.lockOf(hard).orElseThrow().until());
      assertTrue(locks.lock(hard, new Lock(ObjectLock.Mode.COMPLIANCE, until.plusSeconds(60))));
      assertEquals(until.plusSeconds(60), locks.lockOf(hard).orElseThrow().until());

      locked.run("forget", "db/monday").succeeded();
      Ended pruned = locked.run("prune", "--grace", "0s").succeeded();
      assertTrue(pruned.stdout().contains("deleted nothing"), pruned::toString);
      locked.push("monday", compliance);
      assertTrue(
          locked.run("restore", "db/monday", "--stdout").succeeded().stdout().endsWith("100000\n"));

      delete(owner, locked.bucket(), soft);
      assertEquals(Optional.empty(), store.head(soft));
    }
  }

  /** As who may do everything, and asks for more than that. */
  private static void delete(S3AsyncClient owner, TestBucket bucket, ObjectKey object) {
    String key = "back/ups/" + object;
    String version =
        owner
            .listObjectVersions(r -> r.bucket(bucket.name()).prefix(key))
            .join()
            .versions()
            .getFirst()
            .versionId();
    owner
        .deleteObject(r ->
            r.bucket(bucket.name()).key(key).versionId(version).bypassGovernanceRetention(true))
        .join();
  }
}
