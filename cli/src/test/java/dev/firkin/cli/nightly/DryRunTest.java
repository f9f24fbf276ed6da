package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.cli.session.Session;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a trial says comes true. */
@Timeout(120)
final class DryRunTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");
  private static final String HOST = "host";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Each snapshot with its parent, and what stays as a parent after it. */
  private record Told(List<String> sent, Set<String> parents) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chain = \"linear\"",
        "chain = \"linear\"\nfull_every = \"5d\"",
        "chain = \"tree\"",
      })
  void aPlanOfWhatIsNotSentYetIsThatOfTheRun(String chain) throws Exception {
    VolumeConfig volume = config("", chain).volumes().getFirst();
    TestRepository test = TestRepository.plain(folder);
    Repository repository = test.asSource(test.store);
    ModelDisk disk = new ModelDisk(volume, new Random(3));
    Random random = new Random(4);
    disk.snapshot(FIRST.minusSeconds(60), ZoneOffset.UTC);
    int most = 0;
    for (int day = 0; day < 40; day++) {
      Instant now = FIRST.plus(Duration.ofDays(day));
      disk.change();
      if (random.nextInt(3) > 0) {
        disk.snapshot(now, ZoneOffset.UTC); // and nothing is sent
        continue;
      }
      Catalog catalog = repository.snapshots(ObjectCache.none()).load();
      Told told = told(planned(disk.look(), now), catalog, now);
      disk.snapshot(now, ZoneOffset.UTC);
      assertEquals(done(repository, disk, now), told, "day " + day);
      most = Math.max(most, told.sent().size());
    }
    assertTrue(most > 2, "nothing waited");
  }

  private static LocalSnapshots planned(LocalSnapshots there, Instant now) {
    String name = there.volume().snapshotName().name(now, ZoneOffset.UTC, taken -> false);
    return there.with(name, now, there.snapshots().getFirst().filesystem());
  }

  private static DestinationPlan plan(LocalSnapshots local) {
    VolumeConfig volume = local.volume();
    return new DestinationPlan(
        volume, volume.destinations().getFirst(), local, ZoneOffset.UTC, HOST);
  }

  private static Told told(LocalSnapshots local, Catalog catalog, Instant now) throws Exception {
    DestinationPlan plan = plan(local);
    List<String> sent = new ArrayList<>();
    for (LocalSnapshot snapshot : plan.toSend(catalog, Optional.empty(), now)) {
      Optional<String> parent = DryRun.parentOf(snapshot, plan, catalog).map(DryRun.Parent::name);
      sent.add(snapshot.name().name() + " on " + parent);
      plan = plan.after(snapshot, parent.isEmpty());
    }
    return new Told(sent, parents(local, plan, catalog));
  }

  private static Told done(Repository repository, ModelDisk disk, Instant now) throws Exception {
    LocalSnapshots local = disk.look();
    DestinationPlan plan = plan(local);
    Snapshots snapshots = repository.snapshots(ObjectCache.none());
    List<String> sent = new ArrayList<>();
    for (LocalSnapshot snapshot : plan.toSend(snapshots.load(), Optional.empty(), now)) {
      Catalog catalog = snapshots.load();
      Optional<ParentChoice.Parent> parent =
          plan.parentOf(snapshot, catalog).find(snapshot, catalog);
      sent.add(snapshot.name().name() + " on " + parent.map(p -> p.path().getFileName()));
      FullEveryTest.push(
          repository,
          disk,
          snapshot,
          parent.map(ParentChoice.Parent::uuid),
          local.time(snapshot, ZoneOffset.UTC));
    }
    return new Told(sent, parents(local, plan, snapshots.load()));
  }

  private static Set<String> parents(LocalSnapshots local, DestinationPlan plan, Catalog catalog) {
    Set<String> names = new TreeSet<>();
    Set<?> uuids = plan.parentsToKeep(catalog);
    local.snapshots().stream()
        .filter(s -> uuids.contains(s.uuid()))
        .forEach(s -> names.add(s.name().name()));
    return names;
  }

  /** The other one is told of as if nothing were the matter. */
  @Test
  void aRepositoryThatIsNotThereKeepsNothingElseFromBeingTold() throws Exception {
    Config config = config(near(), "preserve_min = \"latest\"");
    ModelDisk disk = new ModelDisk(config.volumes().getFirst(), new Random(1));
    disk.snapshot(Instant.now().minus(Duration.ofDays(1)), ZoneOffset.UTC);
    LocalSnapshots there = disk.look();
    DryRun trial = new DryRun(session(), config, RunState.read(folder.resolve("state")));

    trial.show(there, planned(there, Instant.now()));

    String told = out.toString(StandardCharsets.UTF_8);
    String before = there.snapshots().getFirst().name().name();
    assertTrue(told.contains("would push " + before + " to near, in full"), told);
    assertTrue(told.contains("as a delta on " + before + ", sent before it"), told);
    assertTrue(told.contains("would drop nothing here"), told);
    assertFalse(told.contains("to far"), told);
    String warned = err.toString(StandardCharsets.UTF_8);
    assertTrue(warned.contains("home to far: "), warned);
    assertTrue(warned.contains("hint: "), warned);
    assertEquals(ExitCode.FAILED, trial.show(List.of()));
  }

  /** Not what it would drop if it pushed nothing. */
  @Test
  void whatWouldBeForgottenIsWhatIsForgottenAfterThePushes() throws Exception {
    Config config =
        config(
            near() + "preserve_min = \"latest\"\n",
            "repositories = [\"near\"]\nfull_every = \"1s\"");
    ModelDisk disk = new ModelDisk(config.volumes().getFirst(), new Random(1));
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    disk.snapshot(yesterday, ZoneOffset.UTC);
    LocalSnapshots there = disk.look();
    LocalSnapshot stored = there.snapshots().getFirst();
    try (ObjectStore store = open("near")) {
      Repository repository = known().open(store, Credentials.NONE);
      FullEveryTest.push(repository, disk, stored, Optional.empty(), yesterday);
    }
    LocalSnapshots then = planned(there, Instant.now());
    DryRun trial = new DryRun(session(), config, RunState.read(folder.resolve("state")));

    trial.show(there, then);

    List<String> told = out.toString(StandardCharsets.UTF_8).lines().toList();
    String newest = then.snapshots().getLast().name().name();
    assertTrue(told.contains("  would push " + newest + " to near, in full"), told::toString);
    assertTrue(told.contains("  in near would FORGET " + stored.name().name()), told::toString);
    assertTrue(
        told.stream().anyMatch(line -> line.startsWith("  in near would keep   " + newest + ": ")),
        told::toString);
  }

  @Test
  void programsGetOneDocument() throws Exception {
    Config config =
        config(
            near() + "preserve_min = \"latest\"\n",
            """
            repositories = ["near"]
            [hooks]
            before = ["/bin/true", "secret"]
            ping_url = "https://hc.example/secret"
            """);
    ModelDisk disk = new ModelDisk(config.volumes().getFirst(), new Random(1));
    disk.snapshot(Instant.now(), ZoneOffset.UTC);
    LocalSnapshots there = disk.look();
    String name = there.snapshots().getFirst().name().name();
    GlobalOptions options = CommandLine.populateCommand(new GlobalOptions(), "--json");
    DryRun trial = new DryRun(session(options), config, RunState.read(folder.resolve("state")));

    trial.show(there, there);
    assertEquals(ExitCode.DONE, trial.show(List.of()));

    JsonNode told = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertTrue(told.get("dryRun").booleanValue());
    assertEquals("done", told.get("outcome").stringValue());
    List<String> planned = told.get("planned").valueStream().map(JsonNode::toString).toList();
    String home = "\"volume\":\"home\",";
    assertEquals(
        "{\"action\":\"push\"," + home + "\"repository\":\"near\",\"snapshot\":\"" + name + "\"}",
        planned.getFirst());
    assertTrue(
        planned.get(1).startsWith("{\"action\":\"keep\"," + home + "\"repository\":\"near\""),
        planned::toString);
    assertTrue(planned.contains("{\"action\":\"hook-before\",\"why\":\"/bin/true\"}"));
    assertEquals("{\"action\":\"ping\",\"why\":\"hc.example\"}", planned.getLast());
    assertFalse(told.toString().contains("secret"));
  }

  @Test
  void whereNobodyMakesSnapshotsRetentionWaits() throws Exception {
    Config config =
        config(near(), "preserve_min = \"latest\"\nrepositories = [\"near\"]\nmax_age = \"2d\"");
    ModelDisk disk = new ModelDisk(config.volumes().getFirst(), new Random(1));
    disk.snapshot(Instant.now().minus(Duration.ofDays(30)), ZoneOffset.UTC);
    LocalSnapshots there = disk.look();
    DryRun trial = new DryRun(session(), config, RunState.read(folder.resolve("state")));

    trial.show(there, there);

    String told = out.toString(StandardCharsets.UTF_8);
    assertTrue(told.contains("in near would forget nothing: retention waits"), told);
    assertTrue(told.contains("would drop nothing here: the newest is from"), told);
  }

  @Test
  void outsideItsWindowARepositoryGetsNothing() throws Exception {
    LocalTime now = LocalTime.now(ZoneOffset.UTC);
    String begin = now.plusHours(2).truncatedTo(ChronoUnit.MINUTES).toString();
    String end = now.plusHours(4).truncatedTo(ChronoUnit.MINUTES).toString();
    Config config =
        config(near() + "window = \"" + begin + "-" + end + "\"\n", "repositories = [\"near\"]");
    ModelDisk disk = new ModelDisk(config.volumes().getFirst(), new Random(1));
    disk.snapshot(Instant.now(), ZoneOffset.UTC);
    LocalSnapshots there = disk.look();
    DryRun trial = new DryRun(session(), config, RunState.read(folder.resolve("state")));

    trial.show(there, there);

    String told = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        told.startsWith("  nothing for near now: its window is " + begin + "-" + end + "; then:\n"),
        told);

    out.reset();
    GlobalOptions options = CommandLine.populateCommand(new GlobalOptions(), "--json");
    DryRun document = new DryRun(session(options), config, RunState.read(folder.resolve("state")));
    document.show(there, there);
    document.show(List.of());
    JsonNode planned =
        JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8)).get("planned");
    assertEquals("no-push", planned.get(0).get("action").stringValue());
    assertEquals("push", planned.get(1).get("action").stringValue());
    assertTrue(planned.get(1).get("later").booleanValue());
  }

  /** Neither is a folder of snapshots. */
  @Test
  void aVolumeThatIsNotThereKeepsNothingElseFromBeingTold() throws Exception {
    Config config =
        config(
            "", "[volume.other]\nsubvolume = \"/disk/other\"\nsnapshot_dir = \"/disk/snapshots\"");
    DryRun trial = new DryRun(session(), config, RunState.read(folder.resolve("state")));

    assertEquals(ExitCode.FAILED, trial.show(config.volumes()));

    assertEquals(
        List.of("home:", "other:", "would prune far"),
        out.toString(StandardCharsets.UTF_8).lines().toList());
    String warned = err.toString(StandardCharsets.UTF_8);
    assertTrue(warned.contains("home: ") && warned.contains("other: "), warned);
  }

  /** Returns its table. */
  private String near() throws Exception {
    try (ObjectStore store = open("near")) {
      known().create(store, TestRepository.SMALL_CHUNKS, Repositories.Protection.NONE);
    }
    return "[repository.near]\nurl = \"" + folder.resolve("near") + "\"\n";
  }

  private ObjectStore open(String name) throws Exception {
    return ObjectStores.create(
        StoreUrl.parse(folder.resolve(name).toString()), StoreOptions.defaults());
  }

  private Repositories known() {
    return new Repositories(new KnownRepositories(folder.resolve("config")));
  }

  /** One repository is not there. */
  private Config config(String repositories, String settings) throws Exception {
    return ConfigFile.parse(
        folder.resolve("firkin.toml"),
        """
        [repository.far]
        url = "%s"
        preserve_min = "2d"
        preserve = "7d 4w 6m"
        %s
        [volume.home]
        subvolume = "/disk/home"
        snapshot_dir = "/disk/snapshots"
        %s
        """
            .formatted(folder.resolve("gone"), repositories, settings)
            .getBytes(StandardCharsets.UTF_8),
        ZoneOffset.UTC);
  }

  private Session session() {
    return session(new GlobalOptions());
  }

  private Session session(GlobalOptions options) {
    Host host =
        new Host(
            Map.of(
                "FIRKIN_CONFIG_DIR", folder.resolve("config").toString(),
                "FIRKIN_STATE_DIR", folder.resolve("state").toString(),
                "FIRKIN_HOST", HOST),
            InputStream.nullInputStream(),
            out,
            err,
            Terminals.NONE,
            ZoneOffset.UTC);
    return new Session(host, options, new Interrupts());
  }
}
