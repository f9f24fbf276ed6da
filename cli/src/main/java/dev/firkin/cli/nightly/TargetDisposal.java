package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.disposal.Forget;
import dev.firkin.disposal.ForgetPlan;
import dev.firkin.disposal.Prune;
import dev.firkin.disposal.PruneProgress;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Lease;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.retention.Verdict.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Drops from one repository what its policies keep no longer, alone in it for that time. */
final class TargetDisposal {
  private final Session session;
  private final Target target;
  private final List<Work> works;
  private final RunState state;
  private final RunTime time;
  private final Instant now;

  /**
   * @param works of volumes that go there
   */
  TargetDisposal(Session session, Target target, List<Work> works, RunState state, RunTime time) {
    this.session = session;
    this.target = target;
    this.works = List.copyOf(works);
    this.state = state;
    this.time = time;
    this.now = time.planned();
  }

  boolean isDue() {
    return pruneIsDue(target, state, now) || works.stream().anyMatch(TargetDisposal::drops);
  }

  private static boolean drops(Work work) {
    RetentionPolicy policy = work.destination().retention();
    return !(policy.min() instanceof PreserveMin.All);
  }

  static boolean pruneIsDue(Target target, RunState state, Instant now) {
    return target.pruneEvery().isPresent()
        && state
            .pruned(target.name())
            .map(last -> last.isAfter(now) || !last.plus(target.pruneEvery().get()).isAfter(now))
            .orElse(true);
  }

  /**
   * Forgets, and prunes where that is due.
   *
   * @param tallies by volume
   * @return what was pruned
   * @throws dev.firkin.repository.LeaseHeldException if others are at work
   */
  Optional<RunReport.Pruned> run(OpenRepository open, Map<String, Tally> tallies)
      throws FirkinException, InterruptedException {
    try (Lease lease = session.lease(open.repository(), LeaseMode.EXCLUSIVE, "run")) {
      for (Work work : works) {
        Tally tally = tallies.get(work.volume().name());
        if (drops(work) && tally != null) {
          // What goes by age would go night after night, and nothing new take its place.
          if (!tally.complete && !tally.full) {
            tally.note = Optional.of("retention waits until it is stored again");
          } else if (tally.complete && isStale(work)) {
            tally.note = Optional.of("retention waits until there are new snapshots");
          } else {
            forget(work, open, lease, tally);
          }
        }
      }
      if (!pruneIsDue(target, state, now)) {
        return Optional.empty();
      }
      Prune prune =
          new Prune(
              open.repository(),
              open.repository().snapshots(ObjectCache.none()),
              open.snapshots().remembered(),
              open.forgetting(),
              lease,
              new Prune.Options(target.pruneGrace(), false, target.missingParents()),
              new PruneProgress());
      RunReport.Pruned pruned = new RunReport.Pruned(target.name(), prune.run());
      state.pruned(target.name(), now);
      return Optional.of(pruned);
    }
  }

  private boolean isStale(Work work) {
    VolumeConfig volume = work.volume();
    return volume.staleness(state.at(volume.name(), target.name()).newestTime(), now).isPresent();
  }

  private void forget(Work work, OpenRepository open, Lease lease, Tally tally)
      throws FirkinException, InterruptedException {
    Catalog catalog = open.catalog();
    List<Manifest> candidates =
        catalog.volume(work.volume().name()).stream()
            .filter(m -> m.source().host().equals(session.host().name()))
            .toList();
    ForgetPlan plan =
        ForgetPlan.by(
            work.destination().retention(),
            candidates,
            catalog,
            open.repository().keepTags().ids(),
            now);
    new Forget(open.repository(), open.snapshots(), lease)
        .run(
            plan,
            open.snapshots().remembered(),
            session.host().name(),
            time.unset(),
            m -> tally.forgotten++);
    String volume = work.volume().name();
    state.put(
        volume,
        target.name(),
        state
            .at(volume, target.name())
            .withHeld(
                plan.verdicts().stream()
                    .filter(v -> v.kept().filter(Reason.Needed.class::isInstance).isPresent())
                    .map(v -> v.snapshot().name().name())
                    .toList()));
  }
}
