package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.disposal.LockRound;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.servers.Requirements;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectLocks.Lock;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;
import tools.jackson.databind.JsonNode;

/** What is locked in a bucket outlives whoever may delete, and firkin lives with it. */
@Timeout(300)
class ObjectLockIT {
  private static final ObjectKey CONFIG = ObjectKey.of("firkin.json");
  private static final Duration MONTH = Duration.ofDays(30);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void whatSnapshotsNeedIsLockedAndNothingElse(S3ServerKind kind) throws Exception {
    try (LockedRepository locked = new LockedRepository(folder, kind);
        ObjectStore store = locked.store()) {
      locked.push("monday", "--checksums", "none");
      store.put(ObjectKey.of("leases/l"), ByteBuffer.allocate(1), PutCondition.always());

      ObjectLocks locks = store.locks().orElseThrow();
      assertEquals(ObjectLocks.State.ENABLED, locks.state());
      for (ObjectKey key : LockedRepository.keys(store)) {
        Optional<Lock> lock = locks.lockOf(key);
        assertEquals(ObjectKind.of(key).lockedWhenPut(), lock.isPresent(), key::toString);
        if (lock.isPresent()) {
          assertEquals(ObjectLock.Mode.GOVERNANCE, lock.get().mode());
          Duration left = Duration.between(Instant.now(), lock.get().until());
          assertEquals(29, left.minusMinutes(-10).minusMinutes(20).toDays(), left::toString);
        }
      }
      JsonNode doctor = locked.run("doctor", "--object-lock", "30", "--json").json();
      assertTrue(doctor.toString().contains("enabled in the bucket"), doctor::toString);
    }
  }

  /** Old versions cannot be deleted, whoever asks; what was deleted is there as of before. */
  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void afterAnAttackEverythingIsThereAsItWasBefore(S3ServerKind kind) throws Exception {
    Requirements.need("s3", Program.exists("rclone"), "no rclone on PATH: install rclone");
    try (LockedRepository locked = new LockedRepository(folder, kind);
        ObjectStore store = locked.store();
        S3AsyncClient thief = locked.bucket().client()) {
      locked.push("monday");
      Instant before = soundMoment(store);
      Set<ObjectKey> all = LockedRepository.keys(store);
      ObjectKey chunk =
          all.stream().filter(k -> ObjectKind.of(k) == ObjectKind.CHUNKS).findFirst().orElseThrow();

      String bucket = locked.bucket().name();
      String version =
          thief
              .listObjectVersions(r -> r.bucket(bucket).prefix("back/ups/" + chunk))
              .join()
              .versions()
              .getFirst()
              .versionId();
      CompletionException refused =
          assertThrows(
              CompletionException.class,
              () ->
                  thief
                      .deleteObject(
                          r -> r.bucket(bucket).key("back/ups/" + chunk).versionId(version))
                      .join());
      assertInstanceOf(S3Exception.class, refused.getCause());
      store.put(chunk, ByteBuffer.wrap(new byte[77]), PutCondition.always());
      store.put(CONFIG, ByteBuffer.wrap(new byte[7]), PutCondition.always());
      store.delete(all.stream().filter(k -> !k.equals(chunk) && !k.equals(CONFIG)).toList());
      assertNotEquals(0, locked.run("list").status());

      Path rescued = Files.createDirectory(folder.resolve("rescued"));
      rclone(
          locked.bucket(),
          "copy",
          "--s3-version-at",
          before,
          "remote:" + bucket + "/back/ups",
          rescued);
      try (Computer fresh = Computer.in(folder.resolve("fresh")).use(rescued.toString())) {
        fresh.set("FIRKIN_IDENTITY_FILE", locked.identity().toString());
        fresh.run("join").succeeded();
        fresh.run("verify", "--read-data").succeeded();
        String restored = fresh.run("restore", "db/monday", "--stdout").succeeded().stdout();
        assertTrue(restored.startsWith("monday1\n") && restored.endsWith("monday100000\n"));
      }
    }
  }

  /** After everything that is there, by the store's clock, which may tell whole seconds. */
  private static Instant soundMoment(ObjectStore store) throws Exception {
    ObjectKey tick = ObjectKey.of("probe/tick");
    Instant first = null;
    while (true) {
      store.put(tick, ByteBuffer.allocate(1), PutCondition.always());
      Instant now = store.head(tick).map(ObjectInfo::modified).orElseThrow();
      first = first == null ? now : first;
      if (now.isAfter(first.plusSeconds(2))) {
        return first.plusSeconds(1);
      }
    }
  }

  private void rclone(TestBucket bucket, Object... words) throws Exception {
    List<String> lines = new ArrayList<>(List.of("exec rclone"));
    for (Object word : words) {
      lines.add("'" + word + "'");
    }
    String environment =
        """
        set -eu
        unset AWS_CA_BUNDLE AWS_PROFILE # of the tests' surroundings
        export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s RCLONE_CONFIG=/dev/null
        export RCLONE_CONFIG_REMOTE_TYPE=s3 RCLONE_CONFIG_REMOTE_PROVIDER=Other
        export RCLONE_CONFIG_REMOTE_ENDPOINT=%s RCLONE_CONFIG_REMOTE_ENV_AUTH=true
        """
            .formatted(
                bucket.server().accessKey(),
                bucket.server().secretKey(),
                bucket.server().endpoint());
    Program.run("bash", "-c", environment + String.join(" ", lines));
  }

  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void forgetAndPruneLeaveWhatIsLocked(S3ServerKind kind) throws Exception {
    try (LockedRepository locked = new LockedRepository(folder, kind);
        ObjectStore store = locked.store()) {
      locked.push("monday");
      locked.push("tuesday");
      long chunks = chunks(store);

      Ended forgotten = locked.run("forget", "db/monday").succeeded();
      assertTrue(
          forgotten.stderr().contains("1 of their manifests are locked"), forgotten::toString);
      // Without the option as well: it is the bucket that says so.
      Ended pruned = locked.run("prune", "--grace", "0s").succeeded();

      assertTrue(pruned.stdout().contains("deleted nothing"), pruned::toString);
      assertTrue(pruned.stdout().contains("locked: of these "), pruned::toString);
      assertEquals(chunks, chunks(store));
      locked.run("verify", "--read-data").succeeded();
      // What comes back is not sent again.
      locked.push("monday");
      assertEquals(chunks, chunks(store));
    }
  }

  private static long chunks(ObjectStore store) throws Exception {
    return LockedRepository.keys(store).stream()
        .filter(k -> ObjectKind.of(k) == ObjectKind.CHUNKS)
        .count();
  }

  /** Behind a delete marker there is nothing, and so it can be put again. */
  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void whatWasDeletedCanBePutAgain(S3ServerKind kind) throws Exception {
    try (LockedRepository locked = new LockedRepository(folder, kind);
        ObjectStore store = locked.store()) {
      ObjectKey key = ObjectKey.of("chunks/aa/test");
      ByteBuffer body = ByteBuffer.wrap(new byte[9]);
      assertInstanceOf(PutResult.Stored.class, store.put(key, body, PutCondition.ifAbsent()));
      store.delete(List.of(key));
      assertEquals(Optional.empty(), store.head(key));
      assertEquals(Optional.empty(), store.locks().orElseThrow().lockOf(key));
      Lock later = new Lock(ObjectLock.Mode.GOVERNANCE, Instant.now().plus(MONTH));
      assertFalse(store.locks().orElseThrow().lock(key, later));
      assertInstanceOf(PutResult.Stored.class, store.put(key, body, PutCondition.ifAbsent()));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "RGW")
  void aRoundLocksForLongerAndAsksNoMoreThanItHasTo(S3ServerKind kind) throws Exception {
    try (LockedRepository locked =
            new LockedRepository(folder, kind, 30, "--object-lock-mode", "governance");
        ObjectStore store = locked.store()) {
      locked.push("monday");
      ObjectLock lock = new ObjectLock(ObjectLock.Mode.GOVERNANCE, MONTH);
      Repository repository =
          new Repositories(new KnownRepositories(folder.resolve("nas/config")))
              .open(store, Credentials.NONE);
      Instant now = Instant.now();
      assertTrue(round(repository, lock, now).isDue(Optional.empty())); // there was none so far
      var _ =
          round(repository, lock, now).run(repository.snapshots(ObjectCache.none()), () -> false);
      assertFalse(round(repository, lock, now).isDue(Optional.empty()));

      Instant later = Instant.now().plus(MONTH.dividedBy(2)).plusSeconds(60);
      assertTrue(round(repository, lock, later).isDue(Optional.empty()));
      LockRound.Report report =
          round(repository, lock, later).run(repository.snapshots(ObjectCache.none()), () -> false);

      assertTrue(report.extended() > 3 && report.extended() == report.looked(), report::toString);
      assertFalse(round(repository, lock, later).isDue(Optional.empty()));
      Instant end = store.locks().orElseThrow().lockOf(CONFIG).orElseThrow().until();
      assertTrue(Duration.between(end, report.until()).abs().toSeconds() < 2, end::toString);
      assertEquals(
          0,
          round(repository, lock, later)
              .run(repository.snapshots(ObjectCache.none()), () -> false)
              .extended());
    }
  }

  /** A repository from before the locks is locked by the first night, and only by that. */
  @ParameterizedTest
  @EnumSource(names = "MINIO")
  void theNightlyJobLocksWhatIsThere(S3ServerKind kind) throws Exception {
    S3Server server = kind.server();
    TestBucket bucket = TestBucket.lockingOn(server);
    try (LoopBtrfs disk = LoopBtrfs.in(folder);
        ObjectStore store = bucket.store("r", folder);
        Computer computer =
            Buckets.access(Computer.in(folder.resolve("nas")), server, server.endpoint())) {
      computer.withRepository("s3://" + bucket.name() + "/r").unset("FIRKIN_REPO");
      Path home = disk.subvolume("home");
      new TreeMaker(home, 6).fill(20, 50_000);
      Path snapshots = Files.createDirectories(disk.path().resolve("snapshots"));
      Files.createDirectories(computer.configuration());
      Files.writeString(
          computer.configuration().resolve("firkin.toml"),
          """
          [repository.away]
          url = "s3://%s/r"
          object_lock = "30d"
          [volume.home]
          subvolume = "%s"
          snapshot_dir = "%s"
          """
              .formatted(bucket.name(), home, snapshots));

      Ended before = computer.run("run", "--dry-run").succeeded();
      JsonNode first = computer.run("run", "--json").succeeded().json();
      Ended between = computer.run("run", "--dry-run").succeeded();
      Ended second = computer.run("run").succeeded();

      // firkin.json and the key: all that was there, and without a lock.
      assertEquals(2, first.get("locked").get(0).get("extended").asInt(), first::toString);
      assertFalse(second.stdout().contains("locked away"), second::toString);
      assertTrue(before.stdout().contains("would lock for longer"), before::toString);
      assertFalse(between.stdout().contains("would lock for longer"), between::toString);
      for (ObjectKey key : LockedRepository.keys(store)) {
        assertEquals(
            ObjectKind.of(key).lockable(),
            store.locks().orElseThrow().lockOf(key).isPresent(),
            key::toString);
      }
    }
  }

  private static LockRound round(Repository repository, ObjectLock lock, Instant now) {
    return new LockRound(repository, repository.store().locks().orElseThrow(), lock, now, 4);
  }

  @ParameterizedTest
  @EnumSource
  void aBucketThatDoesNotLockIsRefusedBeforeAnythingIsWritten(S3ServerKind kind) throws Exception {
    S3Server server = kind.server();
    TestBucket bucket = TestBucket.on(server);
    try (Computer computer =
        Buckets.access(Computer.in(folder.resolve("nas")), server, server.endpoint())
            .use("s3://" + bucket.name() + "/back/ups")) {
      String recipient = Computer.recipient(computer.makeIdentity());
      computer
          .here("init", "--recipient", recipient, "--object-lock", "30")
          .failed(1, "locks no objects");
      computer.here("init", "--recipient", recipient).succeeded();
      Ended doctor = computer.run("doctor", "--object-lock", "30");
      assertEquals(1, doctor.status(), doctor::toString);
      assertTrue(doctor.stdout().contains("not enabled in the bucket"), doctor::toString);
    }
  }
}
