package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.store.LockingStore;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.MeteredStore;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LockStepTest {
  private static final ObjectLock LOCK =
      new ObjectLock(ObjectLock.Mode.GOVERNANCE, Duration.ofDays(30));

  @TempDir private Path folder;

  @Test
  void locksThatCannotBeExtendedAreTroubleAndKeepNobodyFromPushing() throws Exception {
    MemoryStore memory = new MemoryStore("memory");
    LockingStore refusing = new LockingStore(memory, InstantSource.system(), LOCK).lockingOnly(0);

    LockStep.Outcome outcome = step(memory, refusing);

    assertEquals(Optional.empty(), outcome.locked());
    RunReport.Trouble trouble = outcome.trouble().orElseThrow();
    assertEquals("far", trouble.with());
    assertEquals(ExitCode.FAILED, trouble.failure().exit());
    assertTrue(
        trouble.failure().message().startsWith("locks were not extended: "), trouble::toString);
  }

  @Test
  void aStoreThatIsGoneEndsItForAll() throws Exception {
    MemoryStore memory = new MemoryStore("memory");
    LockingStore gone =
        new LockingStore(memory, InstantSource.system(), LOCK) {
          @Override
          public synchronized Optional<Lock> lockOf(ObjectKey key) throws StoreException {
            throw new StoreUnavailableException(location(), key, "gone", null, null);
          }
        };

    assertThrows(StoreUnavailableException.class, () -> step(memory, gone));
  }

  private LockStep.Outcome step(MemoryStore memory, LockingStore store) throws Exception {
    TestRepository repository = TestRepository.plain(folder, memory);
    Config config =
        ConfigFile.parse(
            folder.resolve("firkin.toml"),
            """
            [repository.far]
            url = "s3://bucket/far"
            object_lock = "30d"
            [volume.home]
            subvolume = "/disk/home"
            snapshot_dir = "/disk/snapshots"
            """
                .getBytes(StandardCharsets.UTF_8),
            ZoneOffset.UTC);
    Host host =
        new Host(
            Map.of(),
            InputStream.nullInputStream(),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            Terminals.NONE,
            ZoneOffset.UTC);
    Session session =
        new Session(host, new GlobalOptions(), new Interrupts())
            .forTarget(config.targets().getFirst(), Optional.empty());
    OpenRepository open =
        new OpenRepository(
            repository.asSource(store),
            new MeteredStore(store),
            new Line(),
            ObjectCache.none(),
            Credentials.NONE);
    return LockStep.run(
        session,
        config.targets().getFirst(),
        RunState.read(folder),
        open,
        Window.of(Optional.empty(), Optional.empty(), HostClock.system(), ZoneOffset.UTC));
  }
}
