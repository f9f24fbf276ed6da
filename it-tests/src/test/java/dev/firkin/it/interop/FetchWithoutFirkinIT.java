package dev.firkin.it.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.engine.Host;
import dev.firkin.it.engine.Producers;
import dev.firkin.it.engine.SampleStreams;
import dev.firkin.it.servers.Requirements;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.store.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page's ways to get the objects out of a bucket. */
@Timeout(300)
class FetchWithoutFirkinIT {
  private static final String CURL =
      "bucket=https://s3.example.com/bucket region=us-east-1"
          + " # and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
  private static final String RCLONE =
      "rclone copy remote:bucket/prefix /mnt/objects --exclude 'chunks/**'";

  @TempDir private Path folder;
  private Path objects;
  private Path identity;
  private byte[] wanted;

  @BeforeEach
  void makeFolder() throws Exception {
    Stock.need();
    objects = folder.resolve("objects");
    Page.extract("firkin-restore.py", folder);
  }

  @ParameterizedTest
  @EnumSource(names = "RGW")
  void curlFetchesWhatASnapshotNeeds(S3ServerKind kind) throws Exception {
    Requirements.need("s3", Stock.isOnPath("curl"), "no curl on PATH");
    TestBucket bucket = bucketWithSnapshots(kind);

    bash(
        bucket,
        Page.block(CURL),
        "python3 firkin-restore.py -i identity.txt /mnt/objects objects home/monday > keys.txt",
        "fetch < keys.txt");

    assertRestores();
  }

  @ParameterizedTest
  @EnumSource(names = "RGW")
  void rcloneFetchesWhatASnapshotNeeds(S3ServerKind kind) throws Exception {
    Requirements.need("s3", Stock.isOnPath("rclone"), "no rclone on PATH: install rclone");
    TestBucket bucket = bucketWithSnapshots(kind);

    bash(bucket, Page.block(RCLONE));

    assertRestores();
  }

  private TestBucket bucketWithSnapshots(S3ServerKind kind) throws Exception {
    TestBucket bucket = TestBucket.on(kind.server());
    AgeIdentity reader = AgeIdentity.generate();
    identity = Files.writeString(folder.resolve("identity.txt"), reader.secretText() + "\n");
    try (ObjectStore store = bucket.store("prefix", folder)) {
      Host host = Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, reader);
      wanted = SampleStreams.full(1, 4 << 20);
      host.push("home", "monday", Producers.of(wanted));
      host.push("other", "opaque", Producers.of(SampleStreams.bytes(new Random(2), 2 << 20)));
    }
    return bucket;
  }

  private void bash(TestBucket bucket, String... lines) throws Exception {
    String environment =
        """
        set -eu -o pipefail
        unset AWS_CA_BUNDLE AWS_PROFILE # of the tests' surroundings
        export AWS_ACCESS_KEY_ID=%1$s AWS_SECRET_ACCESS_KEY=%2$s RCLONE_CONFIG=/dev/null
        export RCLONE_CONFIG_REMOTE_TYPE=s3 RCLONE_CONFIG_REMOTE_PROVIDER=Other
        export RCLONE_CONFIG_REMOTE_ENDPOINT=%3$s RCLONE_CONFIG_REMOTE_ENV_AUTH=true
        cd %4$s
        """
            .formatted(
                bucket.server().accessKey(),
                bucket.server().secretKey(),
                bucket.server().endpoint(),
                folder);
    String script =
        String.join("\n", lines)
            .replace(
                "https://s3.example.com/bucket", bucket.server().endpoint() + "/" + bucket.name())
            .replace("remote:bucket/", "remote:" + bucket.name() + "/")
            .replace("/mnt/objects", objects.toString());
    Stock.run(folder, "bash", "-c", environment + script).succeeded();
  }

  private void assertRestores() throws Exception {
    byte[] restored =
        Stock.run(
                folder,
                "python3",
                folder.resolve("firkin-restore.py"),
                "-i",
                identity,
                objects,
                "stream",
                "home/monday")
            .succeeded()
            .bytes();
    assertArrayEquals(wanted, restored);
    try (Stream<Path> files = Files.walk(objects)) {
      assertTrue(files.filter(Files::isRegularFile).count() > 5);
    }
  }
}
