package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Identity, passphrase, repository secret and the store's credentials stay where they belong. */
@Timeout(300)
class SecretsIT {
  private static final String PASSPHRASE = "correct horse battery staple";

  @TempDir private Path folder;
  private Path passphraseFile;
  private Path data;
  private Computer computer;

  @BeforeEach
  void prepare() throws Exception {
    computer = Computer.in(folder.resolve("computer"));
    passphraseFile = Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
    byte[] content = new byte[16 << 20];
    new Random(1).nextBytes(content);
    data = Files.write(folder.resolve("data"), content);
  }

  @AfterEach
  void close() {
    computer.close();
  }

  @Test
  void nothingSaysASecret() throws Exception {
    S3Server server = S3ServerKind.S3PROXY.server();
    Buckets.access(computer, server, server.endpoint());
    computer.use("s3://" + Buckets.make(server) + "/backups");
    Path identity = computer.makeIdentity();
    String recipient = Computer.recipient(identity);
    List<Ended> runs = new ArrayList<>();
    runs.add(
        said("init", "--recipient", recipient, "--passphrase-file", passphraseFile).succeeded());
    Map<String, String> secrets = secrets(identity, server);
    runs.add(said("join", "--passphrase-file", passphraseFile).succeeded());
    runs.add(computer.shell("firkin push --debug -v --stdin --name a <" + data).succeeded());
    runs.add(said("list").succeeded());
    runs.add(said("show", "a", "--json").succeeded());
    runs.add(said("verify", "--read-data").succeeded());
    runs.add(said("restore", "a", "--to-file", folder.resolve("restored")).succeeded());
    runs.add(said("restore", "b", "--to-file", folder.resolve("restored")));
    Path wrong = Files.writeString(folder.resolve("wrong"), PASSPHRASE + "r\n");
    runs.add(said("join", "--passphrase-file", wrong));
    // A key file in the place of another is a likely slip.
    runs.add(said("join", "--passphrase-file", identity));
    runs.add(said("join", "--identity-file", passphraseFile));
    runs.add(said("join", "--identity-file", known()));
    computer.set("AWS_REGION", "no-such-region").set("AWS_ACCESS_KEY_ID", "nobody");
    runs.add(said("list"));

    for (Ended run : runs) {
      for (Map.Entry<String, String> secret : secrets.entrySet()) {
        String all = run.stdout() + run.stderr();
        assertFalse(all.contains(secret.getValue()), () -> secret.getKey() + " in " + run);
      }
    }
  }

  private Ended said(Object... words) throws Exception {
    List<Object> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--debug", "--verbose"));
    return computer.run(all.toArray());
  }

  private Map<String, String> secrets(Path identity, S3Server server) throws IOException {
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("passphrase", PASSPHRASE);
    secrets.put("S3 key", server.secretKey());
    String text = Files.readString(identity);
    secrets.put("identity", text.substring(text.indexOf("AGE-SECRET-KEY-")).strip());
    String base64 =
        JsonMapper.shared().readTree(Files.readString(known())).get("secret").asString();
    secrets.put("repository secret", base64.replace("=", ""));
    secrets.put(
        "repository secret in hex", HexFormat.of().formatHex(Base64.getDecoder().decode(base64)));
    return secrets;
  }

  private Path known() {
    return StoredFiles.in(computer.configuration(), "repositories").getFirst();
  }

  /** {@code ps} shows the words of every process to everybody, and root's children may be asked. */
  @Test
  void childrenAreTold() throws Exception {
    computer.withRepository(folder.resolve("repository"));
    Path identity = computer.folder().resolve("identity.txt");
    computer
        .set("FIRKIN_PASSPHRASE_FILE", passphraseFile.toString())
        .set("AWS_SECRET_ACCESS_KEY", "AwsSecretOfThisTest")
        .set("AWS_SESSION_TOKEN", "TokenOfThisTest");
    try (LoopBtrfs disk = LoopBtrfs.in(folder)) {
      Path origin = disk.subvolume("home");
      Files.copy(data, origin.resolve("data"));
      Running push =
          computer.start("push", disk.snapshot(origin, "monday"), "--limit-upload", "2M");
      push.until("btrfs send runs", () -> push.children().stream().anyMatch(SecretsIT::sends));

      String key = Files.readString(identity).lines().toList().getLast();
      for (ProcessHandle child : push.children().stream().filter(SecretsIT::sends).toList()) {
        String words = proc(child.pid(), "cmdline");
        String environment = proc(child.pid(), "environ");
        for (String secret : List.of("OfThisTest", "FIRKIN", "AWS_", key, PASSPHRASE)) {
          assertFalse((words + environment).contains(secret), secret);
        }
      }
      for (String secret : List.of("OfThisTest", key, PASSPHRASE)) {
        assertFalse(proc(push.pid(), "cmdline").contains(secret), secret);
      }
      push.kill();
    }
  }

  /** For a moment a child is the JVM's own {@code jspawnhelper}, which then becomes the program. */
  private static boolean sends(ProcessHandle child) {
    try {
      return proc(child.pid(), "cmdline").contains("\0send\0");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it may not end while it is looked at
    }
  }

  private static String proc(long pid, String file) throws IOException {
    return new String(Files.readAllBytes(Path.of("/proc/" + pid, file)), StandardCharsets.UTF_8);
  }

  @Test
  void filesAreTheOwnersAlone() throws Exception {
    computer.use(folder.resolve("repository").toString());
    Path identity = folder.resolve("identity");
    Path restored = folder.resolve("restored");
    computer
        .shell(
            """
            umask 000
            set -e
            firkin keygen -o %s
            firkin init --passphrase-file %s
            firkin push --stdin --name a <%s
            firkin list
            firkin restore a --passphrase-file %s --to-file %s
            """
                .formatted(identity, passphraseFile, data, passphraseFile, restored))
        .succeeded();

    List<Path> ours = new ArrayList<>(List.of(identity, restored));
    for (Path each : List.of(computer.configuration(), computer.state())) {
      try (Stream<Path> files = Files.walk(each)) {
        files.forEach(ours::add);
      }
    }
    assertTrue(ours.stream().filter(Files::isRegularFile).count() >= 4, ours::toString);
    for (Path each : ours) {
      assertEquals(
          Files.isDirectory(each) ? "rwx------" : "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
          each::toString);
    }
  }

  /** By the launcher itself: what a crash would leave holds keys. */
  @Test
  void aCrashLeavesNothing() throws Exception {
    computer.use(folder.resolve("repository").toString());
    computer.run("init", "--passphrase-file", passphraseFile).succeeded();
    computer.set("FIRKIN_JAVA_HOME", System.getProperty("java.home"));
    Path launcher = Launchers.copy(folder.resolve("program"));
    List<Path> before = entries(computer.folder());
    Running push =
        computer.startProgram(launcher, "push", "--stdin", "--name", "a", "--", "sleep", "60");
    push.until("it waits", () -> !push.children().isEmpty());
    assertTrue(
        proc(push.pid(), "limits").lines().anyMatch(l -> l.matches("Max core file size +0 .*")));

    Ended crashed = push.signal("SEGV").await();

    assertNotEquals(0, crashed.status());
    assertEquals(before, entries(computer.folder()));
  }

  private static List<Path> entries(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(f -> !f.endsWith("output")).sorted().toList();
    }
  }
}
