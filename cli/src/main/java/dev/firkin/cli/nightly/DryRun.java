package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.Hooks;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.json.RunJson.Planned;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.disposal.ForgetPlan;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.Verdict;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreUnavailableException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what a run would do now, and changes nothing. Not thread-safe. */
final class DryRun {
  private final Session session;
  private final Config config;
  private final RunState state;
  private final Console console;
  private final DryRunReport report;
  private final Set<String> lockedFor = new HashSet<>();
  private final ZoneId zone;
  private final Instant now;
  private boolean complete = true;

  DryRun(Session session, Config config, RunState state) {
    this.session = session;
    this.config = config;
    this.state = state;
    this.now = session.host().clock().instant();
    this.console = session.console();
    this.report = new DryRunReport(console, session.options().json());
    this.zone = session.host().zone();
  }

  /** What goes wrong is told, and keeps nothing else from being told: as it is in a run. */
  ExitCode show(List<VolumeConfig> volumes) throws FirkinException {
    Hooks hooks = config.hooks();
    hook("hook-before", "first", hooks.before());
    for (VolumeConfig volume : volumes) {
      report.volume(volume.name());
      try {
        show(volume);
      } catch (FirkinException e) {
        failed(volume.name(), e);
      }
    }
    config.targets().stream()
        .filter(target -> goesTo(target, volumes) && isInWindow(target))
        .filter(target -> TargetDisposal.pruneIsDue(target, state, now))
        .forEach(target ->
            report.add(
                Planned.of("prune").repository(target.name()), "would prune " + target.name()));
    hook("hook-after", "at last", hooks.after());
    hooks
        .pingUrl()
        .ifPresent(url ->
            report.add(Planned.of("ping").because(url.getHost()), "would tell " + url.getHost()));
    ExitCode exit = complete ? ExitCode.DONE : ExitCode.FAILED;
    report.end(exit);
    return exit;
  }

  /** Its arguments may be secrets. */
  private void hook(String action, String when, List<String> command) {
    if (!command.isEmpty()) {
      String program = command.getFirst();
      report.add(Planned.of(action).because(program), "would run " + program + " " + when);
    }
  }

  private static boolean goesTo(Target target, List<VolumeConfig> volumes) {
    return volumes.stream()
        .flatMap(volume -> volume.destinations().stream())
        .anyMatch(destination -> destination.target().name().equals(target.name()));
  }

  private boolean isInWindow(Target target) {
    return target.window().filter(w -> !w.contains(LocalTime.ofInstant(now, zone))).isEmpty();
  }

  private void failed(String with, FirkinException e) throws FirkinException {
    if (e instanceof StoreInterruptedException || Thread.currentThread().isInterrupted()) {
      throw e;
    }
    complete = false;
    report.failed(with, Failure.of(e));
  }

  private void show(VolumeConfig volume) throws FirkinException {
    LocalSnapshots there = LocalSnapshots.of(volume);
    there.problems().forEach(console::warning);
    Optional<String> taken = taken(volume, there);
    // Where it is planned with as if it were there, all else is told as it will be then.
    LocalSnapshots local =
        taken.isPresent()
            ? there.with(taken.get(), now, BtrfsFilesystem.of(volume.snapshotFolder()))
            : there;
    if (local.snapshots().isEmpty()) {
      throw new FailedException(
          "there is no snapshot of it in " + volume.snapshotFolder(),
          "does snapshot_pattern fit, and does anybody make them?");
    }
    show(there, local);
  }

  /**
   * @param local with the one that would be made
   */
  void show(LocalSnapshots there, LocalSnapshots local) throws FirkinException {
    VolumeConfig volume = there.volume();
    LocalNeeds needs = new LocalNeeds(local);
    for (Destination destination : volume.destinations()) {
      String target = destination.target().name();
      Optional<Set<SubvolumeUuid>> needed = Optional.empty();
      try {
        needed = Optional.of(show(new Work(volume, destination, local)));
      } catch (FirkinException e) {
        failed(volume.name() + " to " + target, e);
      }
      RunState.At at = state.at(volume.name(), target);
      needs.add(target, needed, at.parents(), at.passedOver());
    }
    Optional<Map<SubvolumeUuid, String>> known = needs.known();
    if (!(volume.localRetention().min() instanceof PreserveMin.All)) {
      Optional<String> doubt =
          known.isEmpty()
              ? Optional.of("a repository could not be asked which it needs")
              : new LocalDoubt(state, new RunTime(now, HostClock.system()), zone).of(local);
      if (doubt.isPresent()) {
        report.add(
            Planned.of("no-drop").volume(volume.name()).because(doubt),
            "  would drop nothing here: " + doubt.get());
        return;
      }
    }
    tell(
        volume.name(),
        new LocalRetention(local, zone)
            .judge(known.orElse(Map.of()), now).stream()
                .filter(verdict -> there.snapshots().contains(verdict.snapshot()))
                .toList());
  }

  /** Where none can be made, what is there goes its way nevertheless. */
  private Optional<String> taken(VolumeConfig volume, LocalSnapshots there) throws FirkinException {
    Optional<String> taken = Optional.empty();
    try {
      taken = new SnapshotStep(zone, true).take(volume, there, now);
      Planned planned =
          Planned.of(taken.isPresent() ? "snapshot" : "no-snapshot").volume(volume.name());
      report.add(
          taken.map(planned::snapshot).orElse(planned),
          "  "
              + taken
                  .map(name -> "would make the snapshot " + volume.snapshotFolder().resolve(name))
                  .orElse("would make no snapshot"));
    } catch (FirkinException e) {
      failed(volume.name(), e);
    }
    return taken;
  }

  /**
   * @return the local snapshots that this repository would need then
   */
  private Set<SubvolumeUuid> show(Work work) throws FirkinException {
    Target target = work.destination().target();
    Session there = session.forTarget(target, Optional.empty());
    if (!isInWindow(target)) {
      String window = "its window is " + target.window().orElseThrow();
      report.later(
          target.name(),
          Planned.of("no-push")
              .volume(work.volume().name())
              .repository(target.name())
              .because(window),
          "  nothing for %s now: %s; then:".formatted(target.name(), window));
    }
    try (OpenRepository open = there.open(Access.METADATA, Patience.A_MINUTE)) {
      showLocks(there, target, open);
      Catalog catalog = open.catalog();
      DestinationPlan plan = work.plan(zone, session.host().name());
      RunState.At at = state.at(work.volume().name(), target.name());
      Optional<String> unfinished = at.unfinished().map(RunState.Unfinished::snapshot);
      List<Manifest> planned = new ArrayList<>();
      for (LocalSnapshot snapshot : plan.toSend(catalog, unfinished, at.passedOver(), now)) {
        Optional<Parent> parent = parentOf(snapshot, plan, catalog);
        report.add(
            Planned.of("push")
                .volume(work.volume().name())
                .repository(target.name())
                .snapshot(snapshot.name().name())
                .on(parent.map(Parent::name)),
            "  would push %s to %s, %s"
                .formatted(
                    snapshot.name().name(),
                    target.name(),
                    parent.map(p -> "as a delta on " + p.told()).orElse("in full")));
        planned.add(
            PlannedManifest.of(
                snapshot,
                parent.map(Parent::uuid),
                work.local().time(snapshot, zone),
                session.host().name(),
                open.repository().config().id()));
        plan = plan.after(snapshot, parent.isEmpty());
      }
      showForgetting(work, open, PlannedManifest.catalog(catalog, planned));
      return plan.parentsToKeep(catalog);
    }
  }

  /** Trouble with locks keeps nobody from pushing. */
  private void showLocks(Session there, Target target, OpenRepository open) throws FirkinException {
    if (!isInWindow(target) || !lockedFor.add(target.name())) {
      return;
    }
    try {
      if (LockStep.isDue(there, target, state, open)) {
        report.add(
            Planned.of("lock").repository(target.name()),
            "  would lock for longer what is in " + target.name());
      }
    } catch (StoreUnavailableException e) {
      throw e; // nor would the rest be told
    } catch (FirkinException e) {
      failed(target.name(), e);
    }
  }

  /**
   * What a snapshot goes on.
   *
   * @param more to be said of it
   */
  record Parent(String name, String more, SubvolumeUuid uuid) {
    /** For people. */
    String told() {
      return name + more;
    }
  }

  /** Empty where it would be sent in full. */
  static Optional<Parent> parentOf(LocalSnapshot snapshot, DestinationPlan plan, Catalog catalog)
      throws FirkinException {
    Optional<LocalSnapshot> before = plan.assumedParentOf(snapshot, catalog);
    return before.isPresent()
        ? before.map(b -> new Parent(b.name().name(), ", sent before it", b.uuid()))
        : plan.parentOf(snapshot, catalog)
            .find(snapshot, catalog)
            .map(p -> new Parent(String.valueOf(p.path().getFileName()), "", p.uuid()));
  }

  /**
   * @param then with what would be pushed before
   */
  private void showForgetting(Work work, OpenRepository open, Catalog then) throws FirkinException {
    String target = work.destination().target().name();
    String volume = work.volume().name();
    List<Manifest> candidates =
        then.volume(work.volume().name()).stream()
            .filter(m -> m.source().host().equals(session.host().name()))
            .toList();
    Optional<Instant> newest =
        candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.getLast().time());
    if (work.volume().staleness(newest, now).isPresent()) {
      String why = "retention waits until there are new snapshots";
      report.add(
          Planned.of("no-forget").volume(volume).repository(target).because(why),
          "  in " + target + " would forget nothing: " + why);
      return;
    }
    ForgetPlan forget =
        ForgetPlan.by(
            work.destination().retention(),
            candidates,
            then,
            open.repository().keepTags().ids(),
            now);
    for (Verdict<Manifest> verdict : forget.verdicts()) {
      report.add(
          Planned.of(verdict.isKept() ? "keep" : "forget")
              .volume(volume)
              .repository(target)
              .snapshot(verdict.snapshot().name().name())
              .because(verdict.kept().map(Object::toString)),
          "  in %s %s %s"
              .formatted(
                  target,
                  verdict.isKept() ? "would keep  " : "would FORGET",
                  verdict.snapshot().name().name()
                      + verdict.kept().map(why -> ": " + why).orElse("")));
    }
  }

  private void tell(String volume, List<Verdict<LocalSnapshot>> verdicts) {
    for (Verdict<LocalSnapshot> verdict : verdicts) {
      report.add(
          Planned.of(verdict.isKept() ? "keep-here" : "drop")
              .volume(volume)
              .snapshot(verdict.snapshot().name().name())
              .because(verdict.kept().map(Object::toString)),
          "  here %s %s%s"
              .formatted(
                  verdict.isKept() ? "would keep  " : "would DROP  ",
                  verdict.snapshot().name().name(),
                  verdict.kept().map(why -> ": " + why).orElse("")));
    }
  }
}
