package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.disposal.ForgetPlan;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.retention.Verdict;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what a run would do now, and changes nothing. */
final class DryRun {
  private final Session session;
  private final Config config;
  private final RunState state;
  private final Console console;
  private final ZoneId zone;
  private final Instant now;

  DryRun(Session session, Config config, RunState state) {
    this.session = session;
    this.config = config;
    this.state = state;
    this.now = session.host().clock().instant();
    this.console = session.console();
    this.zone = session.host().zone();
  }

  ExitCode show(List<VolumeConfig> volumes) throws FirkinException {
    for (VolumeConfig volume : volumes) {
      console.data(volume.name() + ":");
      LocalSnapshots local = LocalSnapshots.of(volume);
      local.problems().forEach(console::warning);
      Optional<String> taken = new SnapshotStep(zone, true).take(volume, local, now);
      console.data(
          "  "
              + taken
                  .map(name -> "would make the snapshot " + volume.snapshotFolder().resolve(name))
                  .orElse("would make no snapshot"));
      Map<SubvolumeUuid, String> needed = new HashMap<>();
      for (Destination destination : volume.destinations()) {
        show(new Work(volume, destination, local), taken, needed);
      }
      show(new LocalRetention(local, zone).judge(needed, now), taken.isPresent());
    }
    for (var target : config.targets()) {
      target
          .pruneEvery()
          .filter(every ->
              state.pruned(target.name()).map(t -> !t.plus(every).isAfter(now)).orElse(true))
          .ifPresent(every -> console.data("would prune " + target.name()));
    }
    return ExitCode.DONE;
  }

  private void show(Work work, Optional<String> taken, Map<SubvolumeUuid, String> needed)
      throws FirkinException {
    String name = work.destination().target().name();
    Session there = session.forTarget(work.destination().target(), Optional.empty());
    try (OpenRepository open = there.open(Access.METADATA, Patience.A_MINUTE)) {
      Catalog catalog = open.catalog();
      DestinationPlan plan = work.plan(zone, session.host().name());
      for (LocalSnapshot snapshot :
          plan.toSend(
              catalog,
              state.at(work.volume().name(), name).unfinished().map(RunState.Unfinished::snapshot),
              now)) {
        Optional<ParentChoice.Parent> parent =
            plan.parentOf(snapshot, catalog).find(snapshot, catalog);
        console.data(
            "  would push %s to %s, %s"
                .formatted(
                    snapshot.name().name(),
                    name,
                    parent.map(p -> "as a delta on " + p.path().getFileName()).orElse("in full")));
        needed.put(snapshot.uuid(), "the repository " + name);
      }
      taken.ifPresent(made -> console.data("  would push " + made + " to " + name));
      plan.parentsToKeep(catalog)
          .forEach(uuid -> needed.putIfAbsent(uuid, "the repository " + name));
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
                    name,
                    verdict.isKept() ? "would keep  " : "would FORGET",
                    verdict.snapshot().name().name()
                        + verdict.kept().map(why -> ": " + why).orElse("")));
      }
    }
  }

  /** Where a snapshot is made, the newest of now is not the newest any more. */
  private void show(List<Verdict<LocalSnapshot>> verdicts, boolean newer) {
    for (Verdict<LocalSnapshot> verdict : verdicts) {
      boolean onlyAsNewest =
          newer && verdict.kept().filter(Verdict.Reason.Newest.class::isInstance).isPresent();
      console.data(
          "  here %s %s%s"
              .formatted(
                  verdict.isKept() ? "would keep  " : "would DROP  ",
                  verdict.snapshot().name().name(),
                  verdict
                      .kept()
                      .map(why -> ": " + (onlyAsNewest ? "the newest until now" : why))
                      .orElse("")));
    }
  }
}
