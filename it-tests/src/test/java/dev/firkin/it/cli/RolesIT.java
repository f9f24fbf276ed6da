package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What {@code firkin policy} prints for a role is enough for it, and no more, on a real server. */
@Timeout(300)
class RolesIT {
  private static final int FAILED = 1;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachDoesItsWorkAndNoMore(boolean locks) throws Exception {
    S3Server server = S3ServerKind.MINIO.server();
    TestBucket bucket = locks ? TestBucket.lockingOn(server) : TestBucket.on(server);
    String repository = "s3://" + bucket.name() + "/b";
    try (LoopBtrfs disk = LoopBtrfs.in(folder);
        LoopBtrfs freshDisk = LoopBtrfs.in(folder);
        Computer admin =
            Buckets.access(Computer.in(folder.resolve("admin")), server, server.endpoint())) {
      admin.withRepository(repository);
      try (Computer nas = inRole("source", admin, server, locks);
          Computer janitor = inRole("prune", admin, server, locks);
          Computer reader = inRole("restore", admin, server, locks)) {
        Path home = disk.subvolume("home");
        Path snapshots = Files.createDirectories(disk.path().resolve("snapshots"));
        configure(nas, repository, home, snapshots, locks);

        Files.write(home.resolve("large"), content(1, 4 << 20));
        nas.run("run").succeeded();
        // New first, so that nothing is asked for any more, and then what is there already.
        Files.write(home.resolve("new"), content(2, 4 << 20));
        Files.write(home.resolve("same"), content(1, 4 << 20));
        nas.run("run").succeeded();

        Path identity = admin.folder().resolve("identity.txt");
        nas.here("restore", "home@latest", "--stdout", "--identity-file", identity).failed(FAILED);
        nas.here("forget", oldest(admin), "--with-descendants", "--newest-too").failed(FAILED);
        assertEquals(2, admin.here("list", "--json").json().get("snapshots").size());

        reader.set("FIRKIN_IDENTITY_FILE", identity.toString());
        reader.here("verify", "--read-data").succeeded();
        reader.here("restore", "home@latest", "--into", freshDisk.path()).succeeded();
        Path newest = newest(snapshots);
        assertEquals(
            List.of(),
            TreeDiff.between(newest, freshDisk.path().resolve(newest.getFileName()), 20));
        reader.here("push", "--stdin", "--name", "x/y", "--", "echo", "y").failed(FAILED);

        List<Object> push = new ArrayList<>(List.of("push", "--stdin", "--name", "x/y"));
        if (locks) {
          push.addAll(List.of("--object-lock", "30"));
        }
        push.addAll(List.of("--", "seq", "100000"));
        janitor.here(push.toArray()).succeeded();
        janitor.here("forget", "x/y", "--newest-too").succeeded();
        Ended pruned = janitor.run("prune", "--grace", "0s").succeeded();
        assertEquals(locks, pruned.stdout().contains("deleted nothing"), pruned::toString);
        admin.here("verify", "--read-data").succeeded();
      }
    }
  }

  /** A computer of its own, which knows the repository and may do what its role takes. */
  private Computer inRole(String role, Computer admin, S3Server server, boolean locks)
      throws Exception {
    String repository = admin.environment().get("FIRKIN_REPO");
    List<Object> words = new ArrayList<>(List.of("policy", "--role", role, "--repo", repository));
    if (locks) {
      words.addAll(List.of("--object-lock", "30"));
    }
    Ended policy = admin.here(words.toArray()).succeeded();
    Computer computer =
        Buckets.access(
                Computer.in(folder.resolve(role)), server, policy.stdout().replaceAll("\\s+", " "))
            .use(repository);
    computer.here("join", "--identity-file", admin.folder().resolve("identity.txt")).succeeded();
    return computer;
  }

  private static void configure(
      Computer computer, String repository, Path home, Path snapshots, boolean locks)
      throws Exception {
    Files.writeString(
        computer.configuration().resolve("firkin.toml"),
        """
        [repository.away]
        url = "%s"
        prune = "never"
        preserve_min = "all"
        %s
        [volume.home]
        subvolume = "%s"
        snapshot_dir = "%s"
        """
            .formatted(repository, locks ? "object_lock = \"30d\"" : "", home, snapshots));
  }

  private static String oldest(Computer computer) throws Exception {
    JsonNode listed = computer.here("list", "--json").succeeded().json().get("snapshots");
    return listed.get(0).get("volume").asString() + "/" + listed.get(0).get("name").asString();
  }

  private static Path newest(Path snapshots) throws Exception {
    try (Stream<Path> all = Files.list(snapshots)) {
      return all.sorted().toList().getLast();
    }
  }

  private static byte[] content(long seed, int bytes) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }
}
