package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.command.PushRun;
import dev.firkin.cli.command.SnapshotPush;
import dev.firkin.cli.config.PushWindow;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.nightly.RunReport.Result;
import dev.firkin.cli.session.CutShortException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.cli.systemd.Notify;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chains;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.StoreFullException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.transfer.PushResult;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings what is due of all volumes into one repository, and drops what is kept no longer. */
final class TargetRun {
  /** The next run goes on with what this one leaves. */
  private static final Duration WHILE_OTHERS_WAIT = Duration.ofHours(1);

  /** After which the next run is expected; what it would do then is told. */
  private static final Duration A_DAY = Duration.ofDays(1);

  private static final String NOT_IN_WINDOW = "nothing was pushed: its window is ";

  private final Session session;
  private final Target target;
  private final List<Work> works;
  private final RunState state;
  private final Notify notify;
  private final RunTime time;
  private final Instant now;
  private final ZoneId zone;

  private final Map<String, Tally> tallies = new HashMap<>();
  private final Map<String, Set<SubvolumeUuid>> needed = new HashMap<>();
  private Optional<RunReport.Pruned> pruned = Optional.empty();
  private LockStep.Outcome locks = LockStep.Outcome.NOTHING;
  private final List<RunReport.Trouble> troubles = new ArrayList<>();
  private boolean outside;

  /**
   * @param session of the whole run
   * @param works of volumes that go there
   * @param alone whether no other repository waits for its turn
   */
  TargetRun(
      Session session,
      Target target,
      List<Work> works,
      RunState state,
      RunTime time,
      boolean alone) {
    this.session =
        session.forTarget(target, alone ? Optional.empty() : Optional.of(WHILE_OTHERS_WAIT));
    this.target = target;
    this.works = List.copyOf(works);
    this.state = state;
    this.notify = Notify.of(session.host());
    this.time = time;
    this.now = time.planned();
    this.zone = session.host().zone();
    works.forEach(work -> tallies.put(work.volume().name(), new Tally()));
  }

  /** Does what can be done; what fails is in the results. */
  void run() throws InterruptedException {
    Optional<PushWindow> hours = target.window();
    if (hours.isPresent() && !hours.get().contains(LocalTime.now(zone))) {
      outside = true;
      works.forEach(work -> putOff(work, hours.get()));
      return;
    }
    try {
      Window window =
          Window.of(Optional.empty(), hours.map(h -> h.end().toString()), HostClock.system(), zone);
      try (Window.Watch _ = window.enforce()) {
        pushAll(window);
      }
    } catch (FirkinException | RuntimeException e) { // a mistake of ours must not cost the others
      ended(e, Thread.interrupted(), hours);
    } catch (InterruptedException e) {
      ended(e, true, hours);
    }
  }

  /** That is as it should be, unless no run ever meets the window. */
  private void putOff(Work work, PushWindow hours) {
    Tally tally = tally(work);
    RunState.At at = state.at(work.volume().name(), target.name());
    Optional<Instant> last = at.lastSuccess();
    boolean otherwiseExplained =
        at.unfinished().isPresent()
            || at.problem().filter(p -> !p.startsWith(NOT_IN_WINDOW)).isPresent();
    if (otherwiseExplained
        || (last.isPresent() && !last.get().plus(work.volume().maxAge()).isBefore(now))) {
      tally.note = Optional.of("not now: its window is " + hours);
      return;
    }
    tally.sending = at.unfinished();
    tally.failure =
        Optional.of(
            new Failure(
                "outside-window",
                ExitCode.UNFINISHED,
                NOT_IN_WINDOW + hours + ", and no run has met it for long",
                Optional.of(
                    "let the timer start within it: firkin systemd install --on-calendar '*-*-* "
                        + hours.begin()
                        + "'")));
  }

  /** A signal ends the whole run; the end of the window only this repository's part. */
  private void ended(Exception e, boolean interrupted, Optional<PushWindow> hours)
      throws InterruptedException {
    if (session.interrupts().arrived()) {
      allFail(Failure.interrupted());
      throw new InterruptedException();
    }
    allFail(
        interrupted && hours.isPresent()
            ? Failure.of(new CutShortException("its window " + hours.get() + " is over", e))
            : Failure.of(e));
  }

  private void pushAll(Window window) throws FirkinException, InterruptedException {
    Optional<Integer> level =
        target.compression().isPresent()
            ? Optional.of(target.compression().getAsInt())
            : Optional.empty();
    PushRun push =
        new PushRun(
            session, level, window, false, new SnapshotName(works.getFirst().volume().name(), "-"));
    try (OpenRepository open = push.open()) {
      locks = LockStep.run(session, target, state, open, window);
      locks.trouble().ifPresent(troubles::add);
      try (Lease lease = push.lease(open)) {
        for (Work work : works) {
          push(work, push, level, window, open, lease);
        }
      }
      TargetDisposal disposal = new TargetDisposal(session, target, works, state, time);
      if (!window.isOver() && disposal.isDue()) {
        dispose(disposal, open);
      }
    }
  }

  private void dispose(TargetDisposal disposal, OpenRepository open)
      throws FirkinException, InterruptedException {
    notify.status("dropping from " + target.name() + " what is kept no longer");
    try {
      pruned = disposal.run(open, tallies);
    } catch (LeaseHeldException e) {
      // Others are at work, for days perhaps; what is dropped later is dropped as well.
      tallies.values().forEach(t -> t.note = Optional.of("retention waits: " + e.getMessage()));
      return;
    }
    Catalog catalog = open.catalog();
    for (Work work : works) {
      Tally tally = tally(work);
      if (tally.complete && tally.forgotten > 0) {
        know(work, work.plan(zone, session.host().name()), catalog);
      }
    }
  }

  private void push(
      Work work,
      PushRun push,
      Optional<Integer> level,
      Window window,
      OpenRepository open,
      Lease lease)
      throws FirkinException, InterruptedException {
    Tally tally = tally(work);
    DestinationPlan plan = work.plan(zone, session.host().name());
    try {
      Catalog catalog = open.catalog();
      for (LocalSnapshot snapshot : plan.toSend(catalog, unfinished(work), now)) {
        tally.sending =
            Optional.of(new RunState.Unfinished(snapshot.name().name(), Optional.empty()));
        // Asked each time: while the one before was sent the lease may have been lost.
        catalog = open.catalog();
        ParentChoice parent = plan.parentOf(snapshot, catalog);
        Optional<PushResult> result =
            new SnapshotPush(session, parent, 1, false, level, window)
                .one(push, open, lease, catalog, snapshot, work.local().time(snapshot, zone));
        result.ifPresent(r -> {
          tally.stored.add(snapshot.name().name());
          tally.newBytes += r.manifest().added().storedBytes();
        });
      }
      tally.sending = Optional.empty();
      know(work, plan, open.catalog());
      tally.complete = true;
    } catch (StoreUnavailableException
        | StoreRefusedException
        | StoreInterruptedException
        | NoSuchStoreException e) {
      throw e; // the others would fare no better
    } catch (FirkinException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      Failure failure = Failure.of(e);
      tally.failure = Optional.of(failure);
      tally.full = e instanceof StoreFullException;
      if (failure.exit() == ExitCode.UNFINISHED) {
        throw e;
      }
    } finally {
      tally.sending =
          tally.sending.map(s ->
              new RunState.Unfinished(
                  s.snapshot(),
                  push.percent(new SnapshotName(work.volume().name(), s.snapshot()))));
    }
  }

  /** Before the others get their part, so that what is said of it is of this moment. */
  private void know(Work work, DestinationPlan plan, Catalog catalog) {
    Set<SubvolumeUuid> parents = plan.parentsToKeep(catalog);
    Set<SubvolumeUuid> keep = new HashSet<>(parents);
    plan.toSend(catalog, unfinished(work), now).forEach(s -> keep.add(s.uuid()));
    needed.put(work.volume().name(), Set.copyOf(keep));
    List<Manifest> stored = plan.stored(catalog);
    Chains chains = Chains.of(catalog.manifests());
    state.put(
        work.volume().name(),
        target.name(),
        new RunState.At(
            Optional.of(now),
            stored.isEmpty() ? Optional.empty() : Optional.of(stored.getLast().name().name()),
            stored.isEmpty() ? Optional.empty() : Optional.of(stored.getLast().time()),
            stored.isEmpty() ? 0 : chains.length(stored.getLast()),
            parents,
            Optional.of(new RunState.Next(plan.parentAt(now.plus(A_DAY), catalog))),
            state.at(work.volume().name(), target.name()).held(),
            Optional.empty(),
            Optional.empty()));
  }

  private Optional<String> unfinished(Work work) {
    return state
        .at(work.volume().name(), target.name())
        .unfinished()
        .map(RunState.Unfinished::snapshot);
  }

  private void allFail(Failure failure) {
    for (Tally tally : tallies.values()) {
      if (!tally.complete && tally.failure.isEmpty()) {
        tally.failure = Optional.of(failure);
      }
    }
    if (tallies.values().stream().allMatch(t -> t.complete)) {
      // All is stored, and what comes after it was not done.
      troubles.add(new RunReport.Trouble(target.name(), failure));
    }
  }

  private Tally tally(Work work) {
    Tally tally = tallies.get(work.volume().name());
    if (tally == null) {
      throw new IllegalStateException("nobody counts for " + work.volume().name());
    }
    return tally;
  }

  /** Of each volume, and into the state for what comes after. */
  List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (Work work : works) {
      Tally tally = tally(work);
      String volume = work.volume().name();
      troubles.forEach(t -> state.problem(volume, target.name(), t.failure().message()));
      if (!outside && !tally.complete && tally.failure.isEmpty()) {
        tally.failure = Optional.of(Failure.interrupted()); // not reached
      }
      tally.failure.ifPresent(f ->
          state.put(
              volume,
              target.name(),
              state.at(volume, target.name()).withProblem(f.message(), tally.sending)));
      results.add(tally.result(volume, target.name()));
    }
    return results;
  }

  /** What went wrong before and behind the pushes. */
  List<RunReport.Trouble> troubles() {
    return List.copyOf(troubles);
  }

  Optional<RunReport.Pruned> pruned() {
    return pruned;
  }

  Optional<RunReport.Locked> locked() {
    return locks.locked();
  }

  /**
   * The local snapshots of a volume that this repository still needs, by uuid; empty where that is
   * not known.
   */
  Optional<Set<SubvolumeUuid>> needed(Work work) {
    return Optional.ofNullable(needed.get(work.volume().name()));
  }
}
