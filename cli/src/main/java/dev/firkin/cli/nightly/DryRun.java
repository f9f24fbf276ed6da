package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Failure;
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
import java.time.Instant;
import java.time.ZoneId;
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
  private final ZoneId zone;
  private final Instant now;
  private boolean complete = true;

  DryRun(Session session, Config config, RunState state) {
    this.session = session;
    this.config = config;
    this.state = state;
    this.now = session.host().clock().instant();
    this.console = session.console();
    this.zone = session.host().zone();
  }

  /** What goes wrong is told, and keeps nothing else from being told: as it is in a run. */
  ExitCode show(List<VolumeConfig> volumes) throws FirkinException {
    for (VolumeConfig volume : volumes) {
      console.data(volume.name() + ":");
      try {
        show(volume);
      } catch (FirkinException e) {
        failed(volume.name(), e);
      }
    }
    for (var target : config.targets()) {
      target
          .pruneEvery()
          .filter(every ->
              state.pruned(target.name()).map(t -> !t.plus(every).isAfter(now)).orElse(true))
          .ifPresent(every -> console.data("would prune " + target.name()));
    }
    return complete ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void failed(String with, FirkinException e) throws FirkinException {
    if (e instanceof StoreInterruptedException || Thread.currentThread().isInterrupted()) {
      throw e;
    }
    complete = false;
    Failure failure = Failure.of(e);
    console.warning(with + ": " + failure.message());
    failure.hint().ifPresent(hint -> console.info("hint: " + hint));
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
      needs.add(target, needed, state.at(volume.name(), target).parents());
    }
    Optional<Map<SubvolumeUuid, String>> known = needs.known();
    if (known.isEmpty() && !(volume.localRetention().min() instanceof PreserveMin.All)) {
      console.data("  would drop nothing here: a repository could not be asked which it needs");
      return;
    }
    tell(
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
      console.data(
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
    String name = work.destination().target().name();
    Session there = session.forTarget(work.destination().target(), Optional.empty());
    try (OpenRepository open = there.open(Access.METADATA, Patience.A_MINUTE)) {
      Catalog catalog = open.catalog();
      DestinationPlan plan = work.plan(zone, session.host().name());
      Optional<String> unfinished =
          state.at(work.volume().name(), name).unfinished().map(RunState.Unfinished::snapshot);
      for (LocalSnapshot snapshot : plan.toSend(catalog, unfinished, now)) {
        Optional<String> parent = parentOf(snapshot, plan, catalog);
        console.data(
            "  would push %s to %s, %s"
                .formatted(
                    snapshot.name().name(),
                    name,
                    parent.map(on -> "as a delta on " + on).orElse("in full")));
        plan = plan.after(snapshot, parent.isEmpty());
      }
      show(work, open, catalog);
      return plan.parentsToKeep(catalog);
    }
  }

  /** For people; empty where it would be sent in full. */
  static Optional<String> parentOf(LocalSnapshot snapshot, DestinationPlan plan, Catalog catalog)
      throws FirkinException {
    Optional<LocalSnapshot> before = plan.assumedParentOf(snapshot, catalog);
    return before.isPresent()
        ? before.map(b -> b.name().name() + ", sent before it")
        : plan.parentOf(snapshot, catalog)
            .find(snapshot, catalog)
            .map(p -> String.valueOf(p.path().getFileName()));
  }

  private void show(Work work, OpenRepository open, Catalog catalog) throws FirkinException {
    List<Manifest> candidates =
        catalog.volume(work.volume().name()).stream()
            .filter(m -> m.source().host().equals(session.host().name()))
            .toList();
    ForgetPlan forget =
        ForgetPlan.by(
            work.destination().retention(),
            candidates,
            catalog,
            open.repository().keepTags().ids(),
            now);
    for (Verdict<Manifest> verdict : forget.verdicts()) {
      console.data(
          "  in %s %s %s"
              .formatted(
                  work.destination().target().name(),
                  verdict.isKept() ? "would keep  " : "would FORGET",
                  verdict.snapshot().name().name()
                      + verdict.kept().map(why -> ": " + why).orElse("")));
    }
  }

  private void tell(List<Verdict<LocalSnapshot>> verdicts) {
    for (Verdict<LocalSnapshot> verdict : verdicts) {
      console.data(
          "  here %s %s%s"
              .formatted(
                  verdict.isKept() ? "would keep  " : "would DROP  ",
                  verdict.snapshot().name().name(),
                  verdict.kept().map(why -> ": " + why).orElse("")));
    }
  }
}
