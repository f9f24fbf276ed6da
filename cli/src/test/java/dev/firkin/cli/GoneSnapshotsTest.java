package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a host has seen in the store and that is gone: lost, given up, forgotten elsewhere. */
final class GoneSnapshotsTest {
  @TempDir private Path folder;
  private Path repository;
  private TestHost host;
  private String id;

  @BeforeEach
  void make() throws Exception {
    repository = folder.resolve("repo");
    host = new TestHost(folder.resolve("first"), repository);
    done(host.run("init", "--no-encryption", "--chunk-size", "64K"));
    push("x");
    id =
        JsonMapper.shared()
            .readTree(done(host.run("show", "db/x", "--json")).out())
            .get("snapshot")
            .get("id")
            .stringValue();
    push("y");
  }

  @Test
  void whatIsGoneForGoodIsGivenUpByNameAndPruneGoesOn() throws Exception {
    Files.delete(repository.resolve("snapshots").resolve(id));
    Ran whole = host.run("repair", "--accept-gone", "db/x");
    assertEquals(ExitCode.FAILED, whole.exit(), whole::toString);
    assertTrue(whole.stderr().contains("'firkin repair' puts it back"), whole::toString);
    deleteChunks();

    Ran verified = host.run("verify");
    assertEquals(ExitCode.DAMAGED, verified.exit(), verified::toString);
    assertTrue(verified.stderr().contains("firkin repair --accept-gone db/x"), verified::toString);
    for (List<String> command :
        List.of(List.of("prune"), List.of("forget", "db/y", "--newest-too"))) {
      Ran stopped = host.run(command.toArray(String[]::new));
      assertEquals(ExitCode.FAILED, stopped.exit(), stopped::toString);
      assertTrue(stopped.stderr().contains("--accept-gone db/x"), stopped::toString);
    }
    Ran trial = done(host.run("repair", "--accept-gone", "db/x", "--dry-run"));
    assertTrue(
        trial.out().contains("WOULD    put on record: that db/x is gone for good"),
        trial::toString);
    assertFalse(Files.exists(repository.resolve("forgotten")), "nothing was done");
    assertTrue(isRemembered());

    JsonNode json =
        JsonMapper.shared()
            .readTree(done(host.run("repair", "--accept-gone", "db/x", "--json")).out());

    assertEquals("give-up", json.get("steps").get(0).get("action").stringValue());
    assertEquals("written", json.get("steps").get(0).get("outcome").stringValue());
    assertFalse(isRemembered());
    done(host.run("prune"));
    Ran again = host.run("repair", "--accept-gone", "db/x");
    assertEquals(ExitCode.NOT_FOUND, again.exit(), again::toString);
  }

  @Test
  void whatWasForgottenByMistakeComesBackByName() throws Exception {
    done(host.run("forget", "db/x"));
    assertFalse(done(host.run("list")).out().contains("db/x"));
    Ran trial = done(host.run("repair", "--restore-forgotten", "db/x", "--dry-run"));
    assertTrue(trial.out().contains("WOULD    put back: the manifest of db/x"), trial::toString);
    Ran back = done(host.run("repair", "--restore-forgotten", "db/x"));
    assertTrue(back.stderr().contains("firkin keep"), back::toString);
    assertTrue(done(host.run("list")).out().contains("db/x"));
    done(host.run("verify", "--read-data"));
    Ran again = host.run("repair", "--restore-forgotten", "db/x");
    assertEquals(ExitCode.NOT_FOUND, again.exit(), again::toString);
  }

  @Test
  void whatIsThereIsNotGivenUp() throws Exception {
    Ran refused = host.run("repair", "--accept-gone", "db/x");
    assertEquals(ExitCode.NOT_FOUND, refused.exit(), refused::toString);
    assertTrue(refused.stderr().contains("firkin forget"), refused::toString);
    done(host.run("show", "db/x"));
  }

  /** Nor does any later look ask for it again. */
  @ParameterizedTest
  @ValueSource(strings = {"verify", "prune", "repair", "prune --dry-run"})
  void whatAnotherHostHasForgottenIsNotRemembered(String command) throws Exception {
    TestHost other = new TestHost(folder.resolve("second"), repository);
    done(other.run("forget", "db/x"));
    assertTrue(isRemembered());
    done(host.run(command.split(" ")));
    assertFalse(isRemembered());
  }

  @Test
  void whatAnotherHostHasForgottenIsNotRememberedByOneThatForgets() throws Exception {
    push("z");
    TestHost other = new TestHost(folder.resolve("second"), repository);
    done(other.run("forget", "db/x"));
    assertTrue(isRemembered());
    done(host.run("forget", "db/y"));
    assertFalse(isRemembered());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repair --accept-gone db/x --quarantine --yes",
        "repair --accept-gone db/x --restore-quarantined",
        "repair --accept-gone db/x --read-data",
        "repair --restore-forgotten db/x --accept-gone db/y",
        "repair --restore-forgotten db/x --quarantine --yes",
        "repair --accept-gone"
      })
  void oneThingAtATime(String line) {
    Ran refused = host.run(line.split(" "));
    assertEquals(ExitCode.USAGE, refused.exit(), refused::toString);
  }

  private void push(String name) {
    byte[] bytes = new byte[15_000];
    new Random(name.hashCode()).nextBytes(bytes);
    done(host.pipe(bytes, "push", "--stdin", "--name", "db/" + name));
  }

  /** All: those of the other snapshot are missing then, which stops no prune. */
  private void deleteChunks() throws IOException {
    try (Stream<Path> files = Files.walk(repository.resolve("chunks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private boolean isRemembered() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("first").resolve("state"))) {
      return files.anyMatch(file -> file.getFileName().toString().equals(id));
    }
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    assertFalse(ran.stderr().contains("Exception"), ran::toString);
    return ran;
  }
}
