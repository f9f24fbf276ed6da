package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.disposal.DoubtException;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.transfer.MemoryProducer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.TestLeases;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TargetDisposalTest {
  @TempDir private Path folder;

  private Config config;
  private Session session;
  private RunTime time;
  private final Tally tally = new Tally(RunState.At.NOTHING);

  @BeforeEach
  void pushFromTwoHosts() throws Exception {
    Path far = folder.resolve("far");
    config =
        ConfigFile.parse(
            folder.resolve("firkin.toml"),
            """
            [repository.far]
            url = "%s"
            preserve_min = "latest"
            [volume.home]
            subvolume = "/disk/home"
            snapshot_dir = "/disk/snapshots"
            """
                .formatted(far)
                .getBytes(StandardCharsets.UTF_8),
            ZoneOffset.UTC);
    session = session().forTarget(config.targets().getFirst(), Optional.empty());
    Repositories here = new Repositories(new KnownRepositories(folder.resolve("config")));
    try (ObjectStore store =
        ObjectStores.create(StoreUrl.parse(far.toString()), StoreOptions.defaults())) {
      Repository repository =
          here.create(store, TestRepository.SMALL_CHUNKS, Repositories.Protection.NONE);
      for (String pusher : List.of(session.host().name(), "elsewhere")) {
        push(repository, pusher, "first-" + pusher);
        push(repository, pusher, "second-" + pusher);
      }
    }
    time = new RunTime(Instant.now().plusSeconds(1), HostClock.system());
    tally.complete = true;
  }

  /** Both call their volume home; only what this host has pushed is its policy's business. */
  @Test
  void onlyWhatThisHostHasPushedIsForgotten() throws Exception {
    assertEquals(
        List.of("second-" + session.host().name(), "first-elsewhere", "second-elsewhere"),
        disposed());
    assertEquals(1, tally.forgotten);
  }

  /** It was called otherwise when it pushed them. */
  @Test
  void aHostGoesOnUnderItsOldName() throws Exception {
    session =
        session().onHost("elsewhere").forTarget(config.targets().getFirst(), Optional.empty());
    String own = session().host().name();
    assertEquals(List.of("first-" + own, "second-" + own, "second-elsewhere"), disposed());
  }

  /** A push that fails each night: else the last good weeks went by, and nothing came. */
  @Test
  void whileAVolumeIsNotStoredNothingOfItIsForgotten() throws Exception {
    tally.complete = false;
    assertEquals(4, disposed().size());
    assertEquals(Optional.of("retention waits until it is stored again"), tally.note);
  }

  /** Where there is no room, retention is what makes some. */
  @Test
  void whereARepositoryIsFullWhatIsDueIsForgotten() throws Exception {
    tally.complete = false;
    tally.full = true;
    assertEquals(3, disposed().size());
  }

  /** All is stored, and nobody makes new ones: what is there is the last there is. */
  @Test
  void whereNobodyMakesSnapshotsAnyMoreNothingIsForgotten() throws Exception {
    RunState state = RunState.read(folder);
    Instant weeksAgo = Instant.now().minus(Duration.ofDays(21));
    state.put(
        "home",
        "far",
        new RunState.At(
            Optional.of(Instant.now()),
            Optional.of("second"),
            Optional.of(weeksAgo),
            1,
            Set.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Set.of()));
    state.write();
    assertEquals(weeksAgo, RunState.read(folder).at("home", "far").newestTime().orElseThrow());

    assertEquals(4, disposed().size());
    assertEquals(Optional.of("retention waits until there are new snapshots"), tally.note);
  }

  /** The machine has booted in another year, planned by that, and asked for the time then. */
  @Test
  void aClockThatWasRightedMeanwhileIsNoReasonToForget() {
    ModelClock clock = new ModelClock(Instant.now().plus(Duration.ofDays(5_000)));
    time = new RunTime(clock.wall(), clock);
    clock.set(Instant.now());

    DoubtException doubt = assertThrows(DoubtException.class, this::disposed);

    assertTrue(String.valueOf(doubt.getMessage()).contains("clock"), doubt::toString);
    assertTrue(time.wasSet());
  }

  /** Weeks that pass are no mistake of a clock. */
  @Test
  void aRunOfWeeksIsNoWrongClock() {
    ModelClock clock = new ModelClock(Instant.now());
    time = new RunTime(clock.wall(), clock);
    clock.pass(Duration.ofDays(21));
    assertFalse(time.wasSet());
    assertEquals(clock.wall(), time.unset());
  }

  /** What is left of the volume. */
  private List<String> disposed() throws Exception {
    Target target = config.targets().getFirst();
    VolumeConfig volume = config.volumes().getFirst();
    Work work =
        new Work(
            volume,
            volume.destinations().getFirst(),
            new LocalSnapshots(volume, List.of(), List.of()));
    try (OpenRepository open = session.open(Session.Access.METADATA, Session.Patience.A_MINUTE)) {
      var _ =
          new TargetDisposal(session, target, List.of(work), RunState.read(folder), time)
              .run(open, Map.of("home", tally));
      return open.catalog().volume("home").stream().map(m -> m.name().name()).toList();
    }
  }

  private static void push(Repository repository, String pusher, String name) throws Exception {
    PushRequest request =
        new PushRequest(
            new SnapshotName("home", name),
            Optional.empty(),
            pusher,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            "firkin test");
    TestLeases.push(
        repository,
        1,
        request,
        new MemoryProducer(name.getBytes(StandardCharsets.UTF_8)),
        Push.Start.FROM_ZERO);
  }

  private Session session() {
    Host host =
        new Host(
            Map.of(
                "FIRKIN_CONFIG_DIR", folder.resolve("config").toString(),
                "FIRKIN_STATE_DIR", folder.resolve("state").toString()),
            InputStream.nullInputStream(),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            Terminals.NONE,
            ZoneOffset.UTC);
    return new Session(host, new GlobalOptions(), new Interrupts());
  }
}
