package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.transfer.MemoryProducer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.TestLeases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** keep, forget and prune as command lines, against a repository in a folder. */
final class DisposalCommandTest {
  @TempDir private Path folder;
  private Path repository;
  private TestHost host;

  @BeforeEach
  void make() throws Exception {
    repository = folder.resolve("repo");
    host = new TestHost(folder, repository);
    done(host.run("init", "--no-encryption", "--chunk-size", "64K"));
    for (int i = 1; i <= 3; i++) {
      done(host.pipe(bytes(i), "push", "--stdin", "--name", "db/n" + i));
    }
  }

  @Test
  void byNameAndPrunedTheSpaceIsFree() throws Exception {
    long before = chunks();
    Ran forgotten = done(host.run("forget", "db/n1"));
    assertTrue(forgotten.out().contains("FORGOTTEN"), forgotten::toString);
    assertEquals(ExitCode.NOT_FOUND, host.run("show", "db/n1").exit());
    assertEquals(before, chunks());

    Ran trial = done(host.run("prune", "--grace", "0s", "--dry-run"));
    assertTrue(trial.out().contains("would delete " + before / 3 + " chunks"), trial::toString);
    assertEquals(before, chunks());
    Ran waiting = done(host.run("prune"));
    assertTrue(waiting.out().contains("deleted nothing"), waiting::toString);
    assertTrue(waiting.out().contains("waiting: " + before / 3 + " chunks"), waiting::toString);
    assertEquals(before, chunks());

    done(host.run("prune", "--grace", "0s"));
    assertEquals(before / 3 * 2, chunks());
    assertArrayEquals(bytes(2), done(host.run("restore", "db/n2", "--stdout")).stdout());
    String verified = done(host.run("verify", "--read-data")).out();
    assertTrue(verified.contains("all is well"), verified);
    // This host has seen what was forgotten, and does not take it for lost.
    done(host.run("prune"));
  }

  @Test
  void byPolicyWhatIsMarkedAndTheNewestStay() throws Exception {
    done(host.run("keep", "db/n2"));
    assertEquals(List.of("db/n2"), done(host.run("keep")).lines());
    String[] policy = {"forget", "--volume", "db", "--preserve-min", "no", "--preserve", "no"};
    Ran trial = done(host.run(with(policy, "--dry-run")));
    assertTrue(trial.out().contains("FORGET"), trial::toString);
    assertEquals(3, listed());
    Ran ran = done(host.run(policy));
    assertTrue(ran.out().contains("marked to be kept"), ran::toString);
    assertTrue(ran.out().contains("the newest"), ran::toString);
    assertEquals(2, listed());
    done(host.run("keep", "--remove", "db/n2"));
    done(host.run(policy));
    assertEquals(1, listed());
  }

  /** Two of one name, or one of two: what is kept by a policy goes by what they are called. */
  @Test
  void aHostCanBeCalledOtherwise() throws Exception {
    assertFalse(done(host.run("list")).out().contains("HOST"));
    host.with("FIRKIN_HOST", Path.of("nas"));
    done(host.pipe(bytes(4), "push", "--stdin", "--name", "db/n4"));
    List<String> table = done(host.run("list")).lines();
    assertTrue(table.getFirst().endsWith("  HOST"), table::toString);
    assertTrue(table.getLast().endsWith("  nas"), table::toString);
    done(host.run("forget", "--volume", "db", "--preserve-min", "no", "--preserve", "no"));
    assertEquals(4, listed(), "the only one of this name is its newest");
    host.without("FIRKIN_HOST");
    done(host.run("forget", "--volume", "db", "--preserve-min", "no", "--preserve", "no"));
    assertEquals(2, listed());
  }

  /** A folder promises nothing that it cannot keep. */
  @Test
  void aFolderLocksNothing() throws Exception {
    Ran refused = host.run("push", "--object-lock", "30", "--stdin", "--name", "db/n4");
    assertEquals(ExitCode.USAGE, refused.exit(), refused::toString);
    assertTrue(refused.stderr().contains("is a folder"), refused::toString);
    Ran alone = host.run("list", "--object-lock-mode", "compliance");
    assertEquals(ExitCode.USAGE, alone.exit(), alone::toString);
    JsonNode pruned = JsonMapper.shared().readTree(done(host.run("prune", "--json")).out());
    assertEquals(0, pruned.get("locked").get("chunks").intValue());
    Ran nightly = host.run("run", "--object-lock", "30");
    assertEquals(ExitCode.USAGE, nightly.exit(), nightly::toString);
    assertTrue(nightly.stderr().contains("object_lock = "), nightly::toString);
  }

  @Test
  void aFolderThawsNothing() {
    Ran thawed = host.run("thaw", "db/n1");
    assertEquals(ExitCode.FAILED, thawed.exit(), thawed::toString);
    assertTrue(thawed.stderr().contains("has no archives"), thawed::toString);
    assertEquals(ExitCode.USAGE, host.run("thaw", "db/n1", "--days", "0").exit());
    assertEquals(ExitCode.USAGE, host.run("list", "--storage-class", "leases=STANDARD_IA").exit());
    assertEquals(ExitCode.USAGE, host.run("list", "--storage-class", "pages=GLACIER").exit());
  }

  @Test
  void jsonSaysWhyEachIsKept() throws Exception {
    Ran ran = done(host.run("forget", "--volume", "db", "--preserve", "*h", "--dry-run", "--json"));
    JsonNode json = JsonMapper.shared().readTree(ran.out());
    assertTrue(json.get("dryRun").booleanValue());
    assertEquals(3, json.get("snapshots").size());
    for (JsonNode each : json.get("snapshots")) {
      assertEquals(each.get("kept").booleanValue(), each.has("why"), each::toString);
    }
    JsonNode pruned = JsonMapper.shared().readTree(done(host.run("prune", "--json")).out());
    assertEquals(3, pruned.get("snapshots").intValue());
    assertEquals(0, pruned.get("deleted").get("chunks").intValue());
  }

  @Test
  void theNewestGoesOnlyWhereThatIsSaid() throws Exception {
    Ran refused = host.run("forget", "db/n3");
    assertEquals(ExitCode.FAILED, refused.exit());
    assertTrue(refused.stderr().contains("--newest-too"), refused::toString);
    assertEquals(3, listed());
    done(host.run("forget", "db/n3", "--newest-too"));
    assertEquals(2, listed());
  }

  @Test
  void whatIsMarkedIsNotForgottenByNameEither() throws Exception {
    done(host.run("keep", "db/n1"));
    Ran refused = host.run("forget", "db/n1");
    assertEquals(ExitCode.FAILED, refused.exit());
    assertTrue(refused.stderr().contains("marked to be kept"), refused::toString);
    assertEquals(3, listed());
  }

  @Test
  void anotherHostsSnapshotsAreNotThisPolicysBusiness() throws Exception {
    Ran none = host.run("forget", "--volume", "db", "--preserve", "no", "--host", "elsewhere");
    assertEquals(ExitCode.NOT_FOUND, none.exit(), none::toString);
    assertTrue(none.stderr().contains("--host"), none::toString);
    assertEquals(3, listed());
  }

  /** The other host's are newer: were they its candidates, ours would not be the newest. */
  @Test
  void aPolicyIsAboutWhatOneHostHasPushed() throws Exception {
    for (int i = 1; i <= 2; i++) {
      pushFromElsewhere("o" + i, 10 + i);
    }
    String[] policy = {"forget", "--volume", "db", "--preserve-min", "no", "--preserve", "no"};
    done(host.run(policy));
    assertEquals(List.of("db/n3", "db/o1", "db/o2"), names());
    done(host.run(with(with(policy, "--host"), "elsewhere")));
    assertEquals(List.of("db/n3", "db/o2"), names());
  }

  /** Who forgets has chosen already, and would take the mark away with the snapshot. */
  @Test
  void nothingIsMarkedWhileSomebodyForgets() throws Exception {
    try (ObjectStore store = store();
        Lease _ =
            repository(store)
                .leases()
                .take(LeaseMode.EXCLUSIVE, "forget", "elsewhere", Duration.ZERO, found -> {})) {
      for (String line : List.of("keep db/n1 --wait 0s", "keep --remove db/n1 --wait 0s")) {
        Ran refused = host.run(line.split(" "));
        assertEquals(ExitCode.BUSY, refused.exit(), refused::toString);
      }
      assertEquals(List.of(), done(host.run("keep")).lines(), "to look takes no lease");
    }
    done(host.run("keep", "db/n1"));
    assertEquals(List.of("db/n1"), done(host.run("keep")).lines());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forget",
        "forget --volume db",
        "forget --preserve 1d",
        "forget db/n1 --volume db --preserve 1d",
        "forget --volume db --preserve 1x",
        "forget --volume db --preserve-min 1",
        "forget --volume db --preserve 1d --day-of-week caturday",
        "forget --volume db --preserve 1d --hour-of-day 24",
        "forget --volume db --preserve 1d --newest-too",
        "forget db/n1 --host x",
        "prune --grace soon",
        "prune --grace -1d"
      })
  void whatCannotBeMeantIsRefused(String line) throws Exception {
    Ran refused = host.run(line.split(" "));
    assertEquals(ExitCode.USAGE, refused.exit(), refused::toString);
    assertEquals(3, listed());
  }

  @Test
  void aDamagedManifestStopsBoth() throws Exception {
    try (Stream<Path> manifests = Files.list(repository.resolve("snapshots"))) {
      Path first = manifests.sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(first);
      bytes[bytes.length / 2] ^= 1;
      Files.write(first, bytes);
    }
    long before = chunks();
    TestHost fresh = new TestHost(folder.resolve("fresh"), repository);
    for (String line :
        List.of("prune --grace 0s", "forget --volume db --preserve-min no --host " + hostName())) {
      Ran refused = fresh.run(line.split(" "));
      assertEquals(ExitCode.FAILED, refused.exit(), refused::toString);
      assertTrue(refused.stderr().contains("nothing was deleted"), refused::toString);
    }
    assertEquals(before, chunks());
  }

  private String hostName() throws Exception {
    JsonNode shown =
        JsonMapper.shared().readTree(done(host.run("show", "db@latest", "--json")).out());
    return shown.get("snapshot").get("source").get("host").stringValue();
  }

  private void pushFromElsewhere(String name, long seed) throws Exception {
    try (ObjectStore store = store()) {
      PushRequest request =
          new PushRequest(
              new SnapshotName("db", name),
              Optional.empty(),
              "elsewhere",
              Optional.empty(),
              Optional.empty(),
              List.of(),
              "firkin test");
      TestLeases.push(
          repository(store), 1, request, new MemoryProducer(bytes(seed)), Push.Start.FROM_ZERO);
    }
  }

  private ObjectStore store() throws FirkinException {
    return ObjectStores.open(StoreUrl.parse(repository.toString()), StoreOptions.defaults());
  }

  /** As another host has it. */
  private Repository repository(ObjectStore store) throws FirkinException {
    return new Repositories(new KnownRepositories(folder.resolve("elsewhere")))
        .open(store, Credentials.NONE);
  }

  private List<String> names() throws Exception {
    JsonNode listed = JsonMapper.shared().readTree(done(host.run("list", "--json")).out());
    return listed
        .get("snapshots")
        .valueStream()
        .map(each -> each.get("volume").stringValue() + "/" + each.get("name").stringValue())
        .sorted()
        .toList();
  }

  private long listed() throws Exception {
    return done(host.run("list")).lines().size() - 1L;
  }

  private long chunks() throws IOException {
    try (Stream<Path> files = Files.walk(repository.resolve("chunks"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static byte[] bytes(long seed) {
    // Chunks of other lengths would not be a third each.
    byte[] bytes = new byte[15_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String[] with(String[] words, String word) {
    return Stream.concat(Stream.of(words), Stream.of(word)).toArray(String[]::new);
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    assertFalse(ran.stderr().contains("Exception"), ran::toString);
    return ran;
  }
}
