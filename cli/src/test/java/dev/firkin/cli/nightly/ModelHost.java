package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.disposal.Forget;
import dev.firkin.disposal.ForgetPlan;
import dev.firkin.disposal.Prune;
import dev.firkin.disposal.PruneProgress;
import dev.firkin.disposal.PruneReport;
import dev.firkin.disposal.SteppedClock;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.decorator.Line;
import dev.firkin.transfer.MemoryProducer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A host through many nights: {@code firkin run} as it decides and stores, on a {@link ModelDisk}
 * in place of btrfs and a store in memory, by a clock that a test sets. What is checked after each
 * night is reckoned from what was pushed, not from what the product believes.
 */
final class ModelHost {
  static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final String HOST = "model-host";

  private final VolumeConfig volume;
  private final Destination destination;
  private final SteppedClock clock;
  private final MemoryStore store;
  private final TestRepository test;
  private final Repository owner;
  private final ObjectCache cache;
  private final RunState state;
  private final ModelDisk disk;
  private final Random random;
  private final Weather weather;
  private final Unreferenced unreferenced;
  private final Summary summary = new Summary();

  private final Promises promises = new Promises();
  private Optional<Set<SubvolumeUuid>> needed = Optional.empty();
  private Optional<String> sending = Optional.empty();
  private long newestSent;

  /**
   * @param config with one volume that goes to one repository
   * @param begin of the first night
   */
  ModelHost(Path folder, Config config, Instant begin, long seed) throws FirkinException {
    this.volume = config.volumes().getFirst();
    this.destination = volume.destinations().getFirst();
    this.clock = new SteppedClock(begin);
    this.store = new MemoryStore("year", clock);
    this.test = TestRepository.plain(folder, store);
    this.owner = test.asOwner(store);
    this.cache = ObjectCache.in(folder.resolve("cache"));
    this.state = RunState.read(folder);
    this.random = new Random(seed);
    this.disk = new ModelDisk(volume, random);
    this.weather = new Weather(random);
    this.unreferenced = new Unreferenced(owner);
  }

  Summary summary() {
    return summary;
  }

  /** To look at what is stored. */
  Repository owner() {
    return owner;
  }

  ModelDisk disk() {
    return disk;
  }

  /** The next day passes, and the night. */
  void night(Instant begin) throws Exception {
    Instant before = clock.instant();
    clock.pass(Duration.between(before, begin));
    summary.nights++;
    disk.change();
    if (weather.hostIsOff()) {
      summary.off++;
      return;
    }
    Instant now = clock.instant();
    disk.snapshot(now, ZONE);
    LocalSnapshots local = disk.look();
    needed = Optional.empty();
    try {
      visit(weather.line(store), local, now);
    } catch (FirkinException e) {
      String why = String.valueOf(e.getMessage());
      state.put(name(), target(), state.at(name(), target()).withProblem(why, half()));
      if (needed.isEmpty()) {
        summary.brokenOff++;
      } else {
        summary.disposalsBrokenOff++;
      }
    }
    LocalNeeds needs = new LocalNeeds(local);
    needs.add(target(), needed, state.at(name(), target()).parents(), Set.of());
    if (needs.known().isPresent()) {
      new LocalRetention(local, ZONE)
          .judge(needs.known().get(), now).stream()
              .filter(verdict -> !verdict.isKept())
              .forEach(verdict -> drop(verdict.snapshot()));
    }
    promises.check(owner, summary);
    unreferenced.look(clock.instant());
  }

  private void drop(LocalSnapshot snapshot) {
    assertTrue(
        needed.isPresent() || snapshot.info().otransid() <= newestSent,
        "what is still to be sent was dropped");
    disk.drop(snapshot);
    summary.dropped++;
  }

  private Optional<RunState.Unfinished> half() {
    return sending.map(snapshot -> new RunState.Unfinished(snapshot, Optional.empty()));
  }

  private String name() {
    return volume.name();
  }

  private String target() {
    return destination.target().name();
  }

  private void visit(ObjectStore line, LocalSnapshots local, Instant now)
      throws FirkinException, InterruptedException, IOException {
    sending = state.at(name(), target()).unfinished().map(RunState.Unfinished::snapshot);
    Repository repository = test.asSource(line);
    Snapshots snapshots = repository.snapshots(cache);
    DestinationPlan plan = new DestinationPlan(volume, destination, local, ZONE, HOST);
    try (Lease lease = lease(repository, LeaseMode.SHARED)) {
      Optional<String> unfinished = sending;
      for (LocalSnapshot snapshot : plan.toSend(snapshots.load(), unfinished, now)) {
        sending = Optional.of(snapshot.name().name());
        push(repository, snapshots, lease, plan, local, snapshot);
        if (sending.equals(unfinished)) {
          summary.resumedLater++;
        }
      }
      sending = Optional.empty();
      know(plan, snapshots.load(), now);
    }
    try (Lease lease = lease(repository, LeaseMode.EXCLUSIVE)) {
      if (forget(repository, snapshots, lease, now)) {
        know(plan, snapshots.load(), now);
      }
      Duration every = destination.target().pruneEvery().orElseThrow();
      if (state.pruned(target()).map(last -> !last.plus(every).isAfter(now)).orElse(true)) {
        prune(repository, snapshots, lease);
        state.pruned(target(), now);
      }
    } catch (LeaseHeldException e) {
      summary.disposalsBrokenOff++; // the lease of the push could not be given back
    }
  }

  private static Lease lease(Repository repository, LeaseMode mode)
      throws FirkinException, InterruptedException {
    return TestRepository.quickLeases(repository)
        .take(mode, "run", HOST, Duration.ZERO, found -> {});
  }

  private void push(
      Repository repository,
      Snapshots snapshots,
      Lease lease,
      DestinationPlan plan,
      LocalSnapshots local,
      LocalSnapshot snapshot)
      throws FirkinException, InterruptedException, IOException {
    Catalog catalog = snapshots.load();
    ParentChoice choice = plan.parentOf(snapshot, catalog);
    Optional<SubvolumeUuid> parent = choice.find(snapshot, catalog).map(ParentChoice.Parent::uuid);
    if (choice instanceof ParentChoice.AmongThese these && !these.uuids().isEmpty()) {
      assertTrue(parent.isPresent(), "local retention dropped what the next delta is based on");
    }
    byte[] stream = disk.send(snapshot.uuid(), parent);
    SnapshotId id = snapshots.id(SnapshotIdentity.of(1, snapshot.uuid(), parent));
    promises.begun(id, stream);
    PushRequest request =
        new PushRequest(
            snapshot.name(),
            Optional.of(new PushRequest.Expected(snapshot.uuid(), parent)),
            HOST,
            Optional.of(snapshot.path().toString()),
            Optional.of(local.time(snapshot, ZONE)),
            List.of(),
            "firkin test");
    MemoryProducer producer = new MemoryProducer(stream, weather.sent(stream.length));
    new Push(repository, snapshots, lease, 2, new PushProgress(), Line.wide())
        .run(request, producer, Push.Start.FROM_CHECKPOINT);
    promises.stored(id);
    newestSent = snapshot.info().otransid();
    summary.pushes++;
    summary.full += parent.isEmpty() ? 1 : 0;
  }

  /** As {@code TargetRun} does, for what is told afterwards and for local retention. */
  private void know(DestinationPlan plan, Catalog catalog, Instant now) {
    Set<SubvolumeUuid> parents = plan.parentsToKeep(catalog);
    Set<SubvolumeUuid> keep = new HashSet<>(parents);
    plan.toSend(catalog, Optional.empty(), now).forEach(s -> keep.add(s.uuid()));
    needed = Optional.of(keep);
    state.put(
        name(),
        target(),
        new RunState.At(
            Optional.of(now),
            Optional.empty(),
            Optional.empty(),
            0,
            parents,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Set.of()));
  }

  private boolean forget(Repository repository, Snapshots snapshots, Lease lease, Instant now)
      throws FirkinException, InterruptedException {
    Catalog catalog = snapshots.load();
    ForgetPlan plan =
        ForgetPlan.by(
            destination.retention(),
            catalog.volume(name()),
            catalog,
            repository.keepTags().ids(),
            now);
    plan.order().forEach(manifest -> promises.forgotten(manifest.id()));
    new Forget(repository, snapshots, lease)
        .run(plan, snapshots.remembered(), HOST, clock.instant(), m -> summary.forgotten++);
    return !plan.order().isEmpty();
  }

  private void prune(Repository repository, Snapshots snapshots, Lease lease)
      throws FirkinException, InterruptedException {
    Duration grace = destination.target().pruneGrace();
    unreferenced.look(clock.instant());
    Instant begun = clock.instant();
    PruneReport report =
        new Prune(
                repository,
                repository.snapshots(ObjectCache.none()),
                snapshots.remembered(),
                manifest -> snapshots.drop(manifest.id()),
                lease,
                new Prune.Options(grace, false, false),
                new PruneProgress())
            .run();
    Instant ended = clock.instant();
    unreferenced.look(ended);
    assertEquals(List.of(), unreferenced.overdue(begun, ended, grace), "what nothing needs stays");
    List<ObjectKey> trash = unreferenced.trash(begun.minus(grace));
    assertEquals(List.of(), trash, "what was forgotten long ago stays in the trash");
    summary.prunes++;
    summary.prunedBytes += report.deleted().chunkBytes();
    summary.prunedChunks += report.deleted().chunks();
  }
}
