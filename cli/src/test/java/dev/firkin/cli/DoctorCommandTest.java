package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.crypt.AgeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code firkin doctor} on a repository in a folder, well and not. */
class DoctorCommandTest {
  private static final List<String> OF_THE_STORE =
      List.of("store", "consistency", "conditions", "deletion", "clock");

  @TempDir Path folder;
  private Path repository;
  private Path identity;
  private TestHost host;

  @BeforeEach
  void setUp() throws Exception {
    repository = folder.resolve("repo");
    host = new TestHost(folder, repository);
    identity = folder.resolve("key");
    done(host.run("keygen", "-o", identity.toString()));
    String recipient = AgeIdentity.parse(Files.readAllLines(identity).get(2)).recipient().text();
    Ran init = done(host.run("init", "--recipient", recipient, "--json"));
    assertTrue(json(init).get("conditionalWrites").asBoolean(), init::toString);
  }

  @Test
  void allIsWell() throws Exception {
    List<Path> before = objects();
    Ran ran = done(host.run("doctor"));
    assertEquals(List.of("CHECK", "STATE", "FOUND"), List.of(ran.lines().getFirst().split(" +")));
    assertTrue(ran.out().contains("If-None-Match kept, of 8 writers at once one won"), ran.out());
    assertTrue(ran.out().contains("nobody works on it"), ran.out());
    assertTrue(ran.out().contains("no key was given that could restore"), ran.out());
    assertEquals(before, objects());

    Map<String, JsonNode> checks = checks(host.run("doctor", "--json"));
    for (String check : OF_THE_STORE) {
      assertEquals("ok", state(checks, check), check);
    }
    for (String check : List.of("configuration", "state", "repository", "keys", "leases")) {
      assertEquals("ok", state(checks, check), check);
    }
    String with = done(host.run("doctor", "--identity-file", identity.toString())).out();
    assertTrue(with.contains("with the key given, restore too"), with);
  }

  @Test
  void goesOnWithoutARepository() throws Exception {
    Files.delete(repository.resolve("firkin.json"));
    Ran ran = host.run("doctor", "--json");
    assertEquals(ExitCode.NOT_FOUND, ran.exit(), ran::toString);
    Map<String, JsonNode> checks = checks(ran);
    OF_THE_STORE.forEach(check -> assertEquals("ok", state(checks, check), check));
    assertEquals("failed", state(checks, "repository"));
    assertFalse(checks.containsKey("leases"));
    assertFalse(json(ran).get("well").asBoolean());
  }

  @Test
  void saysThatThereIsNoStore() {
    Ran ran = host.run("doctor", "--repo", folder.resolve("nowhere").toString());
    assertEquals(ExitCode.NOT_FOUND, ran.exit(), ran::toString);
    assertTrue(ran.out().contains("store          FAILED"), ran.out());
    assertTrue(ran.out().contains("store: mount the disk it is on"), ran.out());
  }

  @Test
  void looksAtThisMachineAlone() {
    Ran ran = done(host.without("FIRKIN_REPO").run("doctor", "--json"));
    Map<String, JsonNode> checks = checks(ran);
    assertEquals("skipped", state(checks, "store"));
    assertTrue(checks.get("program").get("text").asString().contains("Java 25"), ran::toString);
  }

  @Test
  void whatOthersCanWriteIsNoSecret() throws Exception {
    Path config = folder.resolve("config");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rwxrwxrwx"));
    Ran ran = host.run("doctor");
    assertEquals(ExitCode.FAILED, ran.exit(), ran::toString);
    assertTrue(ran.out().contains("configuration: what this host knows"), ran.out());
    assertTrue(ran.out().contains("chmod 700 " + config), ran.out());
  }

  @Test
  void aRepositoryOfOthersIsRefused() throws Exception {
    Files.writeString(repository.resolve("firkin.json"), "{\"format\":1}");
    Map<String, JsonNode> checks = checks(host.run("doctor", "--json"));
    assertEquals("failed", state(checks, "repository"));
    assertEquals("ok", state(checks, "conditions"));
  }

  @Test
  void showsPushesToBeResumedAndLostKeys() throws Exception {
    Ran cut =
        host.run(
            "push",
            "--stdin",
            "--name",
            "db/x",
            "--for",
            "2s",
            "--limit-upload",
            "8M",
            "--",
            "cat",
            "/dev/urandom");
    assertEquals(ExitCode.UNFINISHED, cut.exit(), cut::toString);
    String out = done(host.run("doctor")).out();
    assertTrue(out.contains("db/x, "), out);
    try (Stream<Path> keys = Files.list(repository.resolve("keys"))) {
      for (Path key : keys.toList()) {
        Files.delete(key);
      }
    }
    Ran lost = host.run("doctor");
    assertEquals(ExitCode.DAMAGED, lost.exit(), lost::toString);
    assertTrue(lost.out().contains("keys           FAILED"), lost.out());
  }

  private List<Path> objects() throws IOException {
    try (Stream<Path> files = Files.walk(repository)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Map<String, JsonNode> checks(Ran ran) {
    Map<String, JsonNode> checks = new LinkedHashMap<>();
    json(ran).get("checks").forEach(check -> checks.put(check.get("check").asString(), check));
    return checks;
  }

  private static String state(Map<String, JsonNode> checks, String check) {
    return checks.get(check).get("state").asString();
  }

  private static JsonNode json(Ran ran) {
    return JsonMapper.shared().readTree(ran.out());
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    return ran;
  }
}
