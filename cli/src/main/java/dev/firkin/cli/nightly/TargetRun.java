package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.PushRun;
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
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings what is due of all volumes into one repository, and drops what is kept no longer. */
final class TargetRun {
  /** The next run goes on with what this one leaves. */
  private static final Duration WHILE_OTHERS_WAIT = Duration.ofHours(1);

  private static final String NOT_IN_WINDOW = "nothing was pushed: its window is ";

  private final Session session;
  private final Target target;
  private final List<Work> works;
  private final RunState state;
  private final VolumePush volumes;
  private final Notify notify;
  private final RunTime time;
  private final Instant now;
  private final ZoneId zone;

  private final Map<String, Tally> tallies = new HashMap<>();
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
    this.state = state;
    this.volumes = new VolumePush(this.session, target, state, time);
    this.notify = Notify.of(session.host());
    this.time = time;
    this.now = time.planned();
    // Else a window that ends too soon would end too soon for the same volume each night.
    this.works =
        works.stream()
            .sorted(Comparator.comparingInt(this::turn).thenComparing(this::lastSuccess))
            .toList();
    this.zone = session.host().zone();
    works.forEach(work -> tallies.put(work.volume().name(), new Tally(at(work))));
  }

  private RunState.At at(Work work) {
    return state.at(work.volume().name(), target.name());
  }

  private Instant lastSuccess(Work work) {
    return at(work).lastSuccess().orElse(Instant.MIN);
  }

  /** What is overdue and had no turn yet, then what is half there, then the others. */
  private int turn(Work work) {
    RunState.At at = at(work);
    boolean overdue =
        at.passedOver().isEmpty()
            && (at.lastSuccess().isEmpty()
                || at.lastSuccess().get().plus(work.volume().maxAge()).isBefore(now));
    return at.unfinished().isPresent() ? 1 : overdue ? 0 : 2;
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
    } catch (FirkinException | RuntimeException | VirtualMachineError e) {
      // A mistake of ours must not cost the others, nor too small a heap for one of them.
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
    tally.failure =
        Optional.of(
            new Failure(
                "outside-window",
                ExitCode.UNFINISHED,
                NOT_IN_WINDOW
                    + hours
                    + (last.isPresent()
                        ? ", and no run has met it for long"
                        : ", and no run has met it yet"),
                Optional.of(
                    "let the timer start within it: firkin systemd install --on-calendar '*-*-* "
                        + hours.begin()
                        + "'")));
  }

  /** A signal ends the whole run; the end of the window only this repository's part. */
  private void ended(Throwable e, boolean interrupted, Optional<PushWindow> hours)
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
        VolumePush.Means means = new VolumePush.Means(push, level, window, open, lease);
        for (Work work : works) {
          volumes.run(work, tally(work), means);
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
        volumes.know(work, tally, work.plan(zone, session.host().name()), catalog);
      }
    }
  }

  private void allFail(Failure failure) {
    boolean told = false;
    for (Tally tally : tallies.values()) {
      if (!tally.complete && tally.failure.isEmpty()) {
        tally.failure = Optional.of(failure);
      }
      told |= tally.failure.filter(f -> isTold(f, failure)).isPresent();
    }
    if (!told) {
      // What could be stored is stored, and what comes after it was not done.
      troubles.add(new RunReport.Trouble(target.name(), failure));
    }
  }

  /** What a volume was cut short by may have another name for it. */
  private static boolean isTold(Failure by, Failure failure) {
    return by.equals(failure)
        || (by.exit() == ExitCode.UNFINISHED && failure.exit() == ExitCode.UNFINISHED);
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
    List<RunReport.Trouble> ofSnapshots = new ArrayList<>();
    for (Work work : works) {
      Tally tally = tally(work);
      String volume = work.volume().name();
      troubles.forEach(t -> state.problem(volume, target.name(), t.failure().message()));
      if (!outside && !tally.complete && tally.failure.isEmpty()) {
        tally.failure = Optional.of(Failure.interrupted()); // not reached
      }
      // What ended it must not hide what it had passed over before.
      tally.passedOver.stream()
          .filter(f -> tally.failure.filter(f::equals).isEmpty())
          .forEach(f -> ofSnapshots.add(new RunReport.Trouble(volume + " to " + target.name(), f)));
      tally.failure.ifPresent(f ->
          state.put(
              volume,
              target.name(),
              state.at(volume, target.name()).withProblem(f.message(), tally.sending)));
      results.add(tally.result(volume, target.name()));
    }
    troubles.addAll(ofSnapshots);
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
    return tally(work).needed;
  }
}
