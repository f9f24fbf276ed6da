package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.nightly.RunReport.Result;
import dev.firkin.cli.nightly.RunReport.Trouble;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.systemd.Notify;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.Verdict;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One night: snapshots, then each repository, then local retention. What fails is reported and does
 * not stop the rest; a signal does.
 */
final class NightlyRun {
  private final Session session;
  private final Config config;
  private final RunState state;
  private final Instant now;

  /** After the snapshots were made: what is younger than that would count as of the future. */
  private RunTime time;

  private final ZoneId zone;

  private final List<String> made = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();
  private final List<RunReport.Pruned> pruned = new ArrayList<>();
  private final List<RunReport.Locked> locked = new ArrayList<>();
  private final List<Trouble> failures = new ArrayList<>();
  private final Map<String, String> failed = new HashMap<>();

  private final Map<String, LocalNeeds> needs = new HashMap<>();

  NightlyRun(Session session, Config config, RunState state) {
    this.session = session;
    this.config = config;
    this.state = state;
    this.now = session.host().clock().instant();
    this.time = new RunTime(now, HostClock.system());
    this.zone = session.host().zone();
  }

  /**
   * @param volumes to see to
   */
  RunReport run(List<VolumeConfig> volumes) {
    try {
      List<LocalSnapshots> ready = new ArrayList<>();
      Notify notify = Notify.of(session.host());
      for (VolumeConfig volume : volumes) {
        notify.status("a snapshot of " + volume.name());
        snapshot(volume).ifPresent(ready::add);
      }
      time = new RunTime(session.host().clock().instant(), HostClock.system());
      for (Target target : config.targets()) {
        push(target, ready);
      }
      for (LocalSnapshots local : ready) {
        notify.status("dropping local snapshots of " + local.volume().name());
        drop(local);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failures.add(new Trouble("run", Failure.interrupted()));
    }
    for (VolumeConfig volume : volumes) {
      Optional.ofNullable(failed.get(volume.name()))
          .ifPresent(problem ->
              volume
                  .destinations()
                  .forEach(d -> state.problem(volume.name(), d.target().name(), problem)));
    }
    return new RunReport(now, Instant.now(), made, dropped, results, pruned, locked, failures);
  }

  private Optional<LocalSnapshots> snapshot(VolumeConfig volume) {
    try {
      LocalSnapshots there = LocalSnapshots.of(volume);
      Optional<String> taken = take(volume, there);
      LocalSnapshots local = taken.isPresent() ? LocalSnapshots.of(volume) : there;
      local.problems().forEach(session.console()::warning);
      if (local.snapshots().isEmpty()) {
        fail(
            volume,
            Failure.of(
                new FailedException(
                    "there is no snapshot of it in " + volume.snapshotFolder(),
                    "does snapshot_pattern fit, and does anybody make them?")));
      }
      return Optional.of(local);
    } catch (FirkinException e) {
      fail(volume, Failure.of(e));
      return Optional.empty();
    }
  }

  /** Where none can be made, what is there goes its way nevertheless. */
  private Optional<String> take(VolumeConfig volume, LocalSnapshots there) {
    try {
      Optional<String> taken = new SnapshotStep(zone, false).take(volume, there, now);
      taken.ifPresent(name -> {
        made.add(volume.name() + "/" + name);
        session.console().info("made the snapshot " + volume.snapshotFolder().resolve(name));
      });
      return taken;
    } catch (FirkinException e) {
      fail(volume, Failure.of(e));
      return Optional.empty();
    }
  }

  /** Of a volume itself; in every repository it is less than it should be. */
  private void fail(VolumeConfig volume, Failure failure) {
    failures.add(new Trouble(volume.name(), failure));
    failed.put(volume.name(), failure.message());
  }

  private void push(Target target, List<LocalSnapshots> ready) throws InterruptedException {
    List<Work> works = new ArrayList<>();
    for (LocalSnapshots local : ready) {
      for (Destination destination : local.volume().destinations()) {
        if (destination.target().name().equals(target.name())) {
          works.add(new Work(local.volume(), destination, local));
        }
      }
    }
    if (works.isEmpty()) {
      return;
    }
    TargetRun run =
        new TargetRun(session, target, works, state, time, config.targets().size() == 1);
    try {
      run.run();
    } finally {
      results.addAll(run.results());
      run.pruned().ifPresent(pruned::add);
      run.locked().ifPresent(locked::add);
      failures.addAll(run.troubles());
      state.keep(session.console()); // the next repository may take days
      works.forEach(work -> need(work, run));
    }
  }

  private void need(Work work, TargetRun run) {
    String volume = work.volume().name();
    String target = work.destination().target().name();
    RunState.At at = state.at(volume, target);
    needs(work.local()).add(target, run.needed(work), at.parents(), at.passedOver());
  }

  private LocalNeeds needs(LocalSnapshots local) {
    return needs.computeIfAbsent(local.volume().name(), name -> new LocalNeeds(local));
  }

  private static List<RunState.HeldHere> held(List<Verdict<LocalSnapshot>> verdicts) {
    return verdicts.stream()
        .filter(v -> v.kept().filter(Verdict.Reason.Needed.class::isInstance).isPresent())
        .map(v ->
            new RunState.HeldHere(
                v.snapshot().name().name(), v.kept().map(Object::toString).orElse("")))
        .toList();
  }

  private void drop(LocalSnapshots local) {
    VolumeConfig volume = local.volume();
    if (volume.localRetention().min() instanceof PreserveMin.All) {
      return;
    }
    Optional<Map<SubvolumeUuid, String>> who = needs(local).known();
    Optional<String> doubt =
        who.isEmpty()
            ? Optional.of("a repository could not be asked which it needs")
            : new LocalDoubt(state, time, zone).of(local);
    if (who.isEmpty() || doubt.isPresent()) {
      session
          .console()
          .warning(
              "no local snapshot of " + volume.name() + " was dropped: " + doubt.orElseThrow());
      return;
    }
    try {
      List<Verdict<LocalSnapshot>> verdicts =
          new LocalRetention(local, zone).judge(who.get(), time.planned());
      state.heldHere(volume.name(), held(verdicts));
      LocalRetention.drop(
          verdicts,
          snapshot -> {
            dropped.add(snapshot.name().toString());
            session.console().verbose("dropped the snapshot " + snapshot.path());
          });
    } catch (FirkinException e) {
      fail(volume, Failure.of(e));
    }
  }
}
