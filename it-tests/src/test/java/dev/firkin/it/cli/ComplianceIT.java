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
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Locks of the mode compliance, which no right ends: of one day, because the bucket stays. Locks of
 * the mode governance beside them show that the same requests could.
 */
@Timeout(300)
class ComplianceIT {
  private static final String PREFIX = "back/ups/";

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
      Instant until = locks.lockOf(hard).orElseThrow().until();
      Instant sooner = until.minusSeconds(3600);
      TestBucket bucket = locked.bucket();

      refused(() -> delete(owner, bucket, hard));
      refused(() -> retain(owner, bucket, hard, ObjectLockRetentionMode.COMPLIANCE, sooner));
      refused(() -> retain(owner, bucket, hard, ObjectLockRetentionMode.GOVERNANCE, until));
      assertThrows(
          StoreException.class,
          () -> locks.lock(hard, new Lock(ObjectLock.Mode.COMPLIANCE, sooner)));
      assertEquals(until, locks.lockOf(hard).orElseThrow().until());
      assertTrue(locks.lock(hard, new Lock(ObjectLock.Mode.COMPLIANCE, until.plusSeconds(60))));
      assertEquals(until.plusSeconds(60), locks.lockOf(hard).orElseThrow().until());

      locked.run("forget", "db/monday").succeeded();
      Ended pruned = locked.run("prune", "--grace", "0s").succeeded();
      assertTrue(pruned.stdout().contains("deleted nothing"), pruned::toString);
      assertTrue(pruned.stdout().contains("locked: of these "), pruned::toString);
      assertTrue(store.head(hard).isPresent());
      locked.push("monday", compliance);
      assertTrue(
          locked.run("restore", "db/monday", "--stdout").succeeded().stdout().endsWith("100000\n"));

      retain(owner, bucket, soft, ObjectLockRetentionMode.GOVERNANCE, sooner);
      delete(owner, bucket, soft);
      assertEquals(Optional.empty(), store.head(soft));
    }
  }

  private static void refused(Executable request) {
    CompletionException refused = assertThrows(CompletionException.class, request);
    S3Exception answer = assertInstanceOf(S3Exception.class, refused.getCause());
    assertEquals(4, answer.statusCode() / 100, answer::toString);
  }

  /** As who may do everything, and asks for more than that. */
  private static void retain(
      S3AsyncClient owner,
      TestBucket bucket,
      ObjectKey object,
      ObjectLockRetentionMode mode,
      Instant until) {
    owner
        .putObjectRetention(r ->
            r.bucket(bucket.name())
                .key(PREFIX + object)
                .retention(lock -> lock.mode(mode).retainUntilDate(until))
                .bypassGovernanceRetention(true))
        .join();
  }

  /** As who may do everything, and asks for more than that. */
  private static void delete(S3AsyncClient owner, TestBucket bucket, ObjectKey object) {
    String key = PREFIX + object;
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
