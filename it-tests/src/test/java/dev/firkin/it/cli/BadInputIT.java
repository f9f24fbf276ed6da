package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users give that is wrong, where no btrfs is needed for it: one clear line, a hint, the exit
 * code that is promised, and nothing half-written.
 */
@Timeout(120)
class BadInputIT {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int NOT_FOUND = 3;
  private static final int SEAL_BYTES = 76;

  @TempDir private Path folder;
  private Path repository;
  private Computer computer;
  private Computer other;

  @BeforeEach
  void makeComputers() throws Exception {
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer"));
    other = Computer.in(folder.resolve("other")).use(repository.toString());
  }

  @AfterEach
  void close() throws Exception {
    computer.close();
    other.close();
  }

  @Test
  void initWithoutSayingHowToEncrypt() throws Exception {
    computer
        .use(repository.toString())
        .run("init")
        .failed(USAGE, "--recipient", "--passphrase-file", "--no-encryption");
    assertFalse(Files.exists(repository.resolve("firkin.json")));
  }

  @Test
  void wrongPassphrase() throws Exception {
    computer.use(repository.toString());
    computer.here("init", "--passphrase-file", file("right", "correct horse\n")).succeeded();
    Path wrong = file("wrong", "incorrect horse\n");

    other.here("join", "--passphrase-file", wrong).failed(FAILED, "passphrase");
    other.here("list", "--passphrase-file", wrong).failed(FAILED, "passphrase");

    assertEquals(List.of(), StoredFiles.in(other.folder(), "config/repositories"));
  }

  @Test
  void wrongIdentity() throws Exception {
    computer.withRepository(repository);
    push(computer, "stdin/a", 300_000);
    Path wrong = folder.resolve("wrong.txt");
    other.here("keygen", "-o", wrong).succeeded();

    other.here("join", "--identity-file", wrong).failed(FAILED, "identities");
    computer.unset("FIRKIN_IDENTITY_FILE");
    Path target = folder.resolve("restored");
    computer
        .run("restore", "stdin/a", "--to-file", target, "--identity-file", wrong)
        .failed(FAILED, "identity of one of its recipients");

    assertNothingBeside(target);
  }

  @Test
  void identityFileThatIsNone() throws Exception {
    computer.withRepository(repository);
    other.here("join", "--identity-file", file("note", "nothing\n")).failed(FAILED, "note");
    other.here("join", "--identity-file", folder.resolve("absent")).failed(FAILED, "absent");
  }

  @Test
  void repositoryThatIsNone() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    computer.use(empty.toString());
    computer.here("list").failed(NOT_FOUND, empty.toString(), "init");
    computer.shell("echo data | firkin push --stdin --name a").failed(NOT_FOUND);
    computer.use(folder.resolve("nowhere").toString());
    computer.here("list").failed(NOT_FOUND, "nowhere");
    computer.unset("FIRKIN_REPO").run("list").failed(USAGE, "--repo", "FIRKIN_REPO");
    assertEquals(List.of(), StoredFiles.in(folder, "empty"));
  }

  @Test
  void repositoryThatIsThere() throws Exception {
    computer.withRepository(repository);
    byte[] before = Files.readAllBytes(repository.resolve("firkin.json"));
    computer.here("init", "--no-encryption").failed(FAILED, repository.toString());
    assertEquals(
        HexFormat.of().formatHex(before),
        HexFormat.of().formatHex(Files.readAllBytes(repository.resolve("firkin.json"))));
  }

  @Test
  void newerFormat() throws Exception {
    computer.use(repository.toString()).run("init", "--no-encryption").succeeded();
    Path config = repository.resolve("firkin.json");
    Files.writeString(config, sealedAsVersion2(Files.readString(config)));

    for (Computer each : List.of(computer, other)) {
      each.here("list").failed(FAILED, "format", "newer");
      each.shell("echo data | firkin push --stdin --name a").failed(FAILED, "newer");
    }
  }

  /** As a later firkin might write it; the seal is that of a repository without encryption. */
  private static String sealedAsVersion2(String config) throws Exception {
    String head =
        config.substring(0, config.length() - SEAL_BYTES).replace("\"format\":1,", "\"format\":2,");
    assertTrue(head.contains("\"format\":2,"), head);
    int id = head.indexOf("\"repository\":\"") + "\"repository\":\"".length();
    String context = "firkin.json\n" + head.substring(id, id + 32) + "\n";
    byte[] seal =
        MessageDigest.getInstance("SHA-256")
            .digest((context + head).getBytes(StandardCharsets.UTF_8));
    return head + ",\"seal\":\"" + HexFormat.of().formatHex(seal) + "\"}\n";
  }

  @Test
  void bucketThatDoesNotExist() throws Exception {
    S3Server server = S3ServerKind.S3PROXY.server();
    Buckets.access(computer, server, server.endpoint());
    String bucket = "absent-" + UUID.randomUUID();
    computer.use("s3://" + bucket + "/backups");
    computer.run("init", "--no-encryption").failed(NOT_FOUND, bucket);
    computer.run("list").failed(NOT_FOUND, bucket);
  }

  @Test
  void refusedCredentials() throws Exception {
    S3Server server = S3ServerKind.S3PROXY.server();
    Buckets.access(computer, server, server.endpoint());
    computer.use("s3://" + Buckets.make(server)).set("AWS_SECRET_ACCESS_KEY", "wrong");
    computer.run("init", "--no-encryption").failed(FAILED, "credentials");
    computer.unset("AWS_SECRET_ACCESS_KEY").unset("AWS_ACCESS_KEY_ID");
    computer.set("AWS_EC2_METADATA_DISABLED", "true");
    computer.run("list").failed(FAILED, "credentials");
  }

  @Test
  void profileWithARoleAsksTheTokenService() throws Exception {
    Path config =
        file(
            "aws-config",
            """
            [profile backup]
            role_arn = arn:aws:iam::123456789012:role/backup
            source_profile = base
            region = us-east-1

            [profile base]
            aws_access_key_id = a
            aws_secret_access_key = b
            """);
    computer
        .use("s3://some-bucket")
        .set("AWS_CONFIG_FILE", config.toString())
        .set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    computer.run("list", "--profile", "backup").failed(FAILED, "credentials", "refused");
  }

  @Test
  void stdinIsTerminal() throws Exception {
    computer.withRepository(repository);
    // A terminal of its own, whose output is both stdout and stderr of what runs in it.
    Ended ended =
        computer.shell(
            "script -qec 'firkin push --stdin --name a 2>seen' /dev/null; s=$?; cat seen >&2; exit"
                + " $s");
    ended.failed(USAGE, "terminal");
    assertEquals(List.of(), StoredFiles.in(repository, "snapshots"));
  }

  @Test
  void stdoutIsTerminal() throws Exception {
    computer.withRepository(repository);
    push(computer, "stdin/a", 1000);
    Ended ended =
        computer.shell(
            "script -qec 'firkin restore a --stdout 2>seen' /dev/null; s=$?; cat seen >&2; exit"
                + " $s");
    ended.failed(USAGE, "terminal");
  }

  @Test
  void stdoutIsClosed() throws Exception {
    computer.withRepository(repository);
    push(computer, "stdin/a", 4 << 20);
    computer
        .shell("firkin restore a --stdout | head -c 10 >/dev/null; exit ${PIPESTATUS[0]}")
        .failed(FAILED);
    computer.shell("firkin restore a --stdout >&-").failed(FAILED);
    computer.shell("firkin restore a --stdout >/dev/full").failed(FAILED, "space");
  }

  @Test
  void targetFileExists() throws Exception {
    computer.withRepository(repository);
    push(computer, "stdin/a", 1000);
    Path target = file("mine", "precious");
    computer.run("restore", "a", "--to-file", target).failed(FAILED, "mine", "--force");
    assertEquals("precious", Files.readString(target));
  }

  @Test
  void unknownCommandsAndOptions() throws Exception {
    computer.run("pussh").failed(USAGE, "pussh");
    computer.run("push", "--nonsense").failed(USAGE, "--nonsense");
    computer.run("restore", "a").failed(USAGE, "--into", "--stdout");
    computer.use("gopher://host/x").run("list").failed(USAGE, "gopher");
  }

  private static void push(Computer computer, String name, int bytes) throws Exception {
    Path file = computer.folder().resolve("data");
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Files.write(file, content);
    computer.shell("firkin push --stdin --name " + name + " <" + file).succeeded();
  }

  private void assertNothingBeside(Path target) throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> left = files.filter(f -> f.getFileName().toString().contains("restored")).toList();
      assertEquals(List.of(), left, () -> target + " or a part of it");
    }
  }

  private Path file(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
