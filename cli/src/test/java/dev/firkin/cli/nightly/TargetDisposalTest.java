package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TargetDisposalTest {
  @TempDir private Path folder;

  /** Both call their volume home; only what this host has pushed is its policy's business. */
  @Test
  void onlyWhatThisHostHasPushedIsForgotten() throws Exception {
    Path far = folder.resolve("far");
    Config config =
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
    Session session = session().forTarget(config.targets().getFirst(), Optional.empty());
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

    VolumeConfig volume = config.volumes().getFirst();
    Work work =
        new Work(
            volume,
            volume.destinations().getFirst(),
            new LocalSnapshots(volume, List.of(), List.of()));
    Tally tally = new Tally();
    try (OpenRepository open = session.open(Session.Access.METADATA, Session.Patience.A_MINUTE)) {
      var _ =
          new TargetDisposal(
                  session,
                  config.targets().getFirst(),
                  List.of(work),
                  RunState.read(folder),
                  Instant.now().plusSeconds(1))
              .run(open, Map.of("home", tally));
      assertEquals(
          List.of("second-" + session.host().name(), "first-elsewhere", "second-elsewhere"),
          open.catalog().volume("home").stream().map(m -> m.name().name()).toList());
    }
    assertEquals(1, tally.forgotten);
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
