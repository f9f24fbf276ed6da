package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ObjectStorageClass;

/** Chunks in a class called GLACIER, on a server that gives them away at once nevertheless. */
@Timeout(300)
class StorageClassIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = "RGW")
  void eachKindLiesInItsClassAndIsReadable(S3ServerKind kind) throws Exception {
    S3Server server = kind.server();
    TestBucket bucket = TestBucket.on(server);
    try (Computer computer =
            Buckets.access(Computer.in(folder.resolve("nas")), server, server.endpoint());
        S3AsyncClient client = bucket.client()) {
      computer.withRepository("s3://" + bucket.name() + "/r");
      computer
          .here(
              "push",
              "--storage-class",
              "GLACIER",
              "--storage-class",
              "manifests=STANDARD_IA",
              "--stdin",
              "--name",
              "db/x",
              "--",
              "seq",
              "100000")
          .succeeded();

      var listed = client.listObjectsV2(r -> r.bucket(bucket.name())).join().contents();
      assertTrue(listed.stream().anyMatch(o -> o.key().startsWith("r/chunks/")));
      for (var object : listed) {
        ObjectStorageClass expected =
            object.key().startsWith("r/chunks/")
                ? ObjectStorageClass.GLACIER
                : object.key().startsWith("r/snapshots/")
                    ? ObjectStorageClass.STANDARD_IA
                    : ObjectStorageClass.STANDARD;
        assertEquals(expected, object.storageClass(), object::key);
      }
      Ended thawed = computer.run("thaw", "db/x", "--json").succeeded();
      assertTrue(thawed.json().get("chunks").asInt() > 0, thawed::toString);
      assertEquals(thawed.json().get("chunks"), thawed.json().get("readable"));
      assertTrue(
          computer.here("restore", "db/x", "--stdout").succeeded().stdout().endsWith("\n100000\n"));
    }
  }
}
