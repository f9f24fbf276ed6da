package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole story in a bucket: from the first key to the fresh disk, on a second computer. */
@Timeout(300)
class S3SessionIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void fromTheFirstKeyToTheFreshDisk(S3ServerKind kind) throws Exception {
    S3Server server = kind.server();
    String repository = "s3://" + Buckets.make(server) + "/back/ups";
    try (LoopBtrfs disk = LoopBtrfs.in(folder);
        LoopBtrfs freshDisk = LoopBtrfs.in(folder);
        Computer reader = s3(Computer.in(folder.resolve("reader")), server);
        Computer source = s3(Computer.in(folder.resolve("source")), server);
        CountingRelay relay = new CountingRelay(server.endpoint())) {
      reader.use(repository);
      source.use(repository);
      Path identity = reader.makeIdentity();
      source
          .run(
              "init",
              "--recipient",
              Computer.recipient(identity),
              "--chunk-size",
              "256K",
              "--endpoint-url",
              server.endpoint())
          .succeeded();

      Path origin = disk.subvolume("home");
      TreeMaker tree = new TreeMaker(origin, 8);
      tree.fill(60, 200_000);
      byte[] large = new byte[16 << 20];
      new Random(8).nextBytes(large);
      Files.write(origin.resolve("large"), large);
      Path full = disk.snapshot(origin, "full");
      source
          .start("push", full, "--endpoint-url", relay.endpoint())
          .until("a half is sent", () -> relay.sentBytes() > large.length / 2)
          .killed();
      source.run("push", full, "--endpoint-url", relay.endpoint()).succeeded();
      tree.mutate(40);
      Path delta = disk.snapshot(origin, "delta");
      source.run("push", delta, "--endpoint-url", server.endpoint()).succeeded();

      reader.set("AWS_ENDPOINT_URL_S3", server.endpoint().toString());
      reader.run("join").succeeded();
      assertHealthy(reader.run("doctor", "--json").succeeded(), kind);
      String listed = reader.run("list").succeeded().stdout();
      assertTrue(listed.contains("full") && listed.contains("delta"), listed);
      reader.run("verify", "--read-data").succeeded();
      reader.run("restore", "home@latest", "--into", freshDisk.path()).succeeded();

      for (Path snapshot : List.of(full, delta)) {
        Path restored = freshDisk.path().resolve(snapshot.getFileName());
        assertEquals(List.of(), TreeDiff.between(snapshot, restored, 20));
      }
    }
  }

  private static void assertHealthy(Ended doctor, S3ServerKind kind) {
    for (JsonNode check : JsonMapper.shared().readTree(doctor.stdout()).get("checks")) {
      // S3Proxy compares and swaps in two steps.
      boolean races =
          kind == S3ServerKind.S3PROXY && check.get("check").asString().equals("conditions");
      // This host does not lock what it stores, and so has nothing to ask the store about.
      String healthy = check.get("check").asString().equals("object-lock") ? "skipped" : "ok";
      assertTrue(races || check.get("state").asString().equals(healthy), check::toString);
    }
  }

  private static Computer s3(Computer computer, S3Server server) {
    return Buckets.access(computer, server, server.endpoint()).unset("AWS_ENDPOINT_URL_S3");
  }
}
