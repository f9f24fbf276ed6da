package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.disposal.LockRound;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Locks for longer what a repository needs. Before anything else: neither a push that never gets to
 * its end nor a retention that is in doubt may let the locks of what is there run out.
 */
final class LockStep {
  /** Questions without bodies, whatever this host can encode at once. */
  private static final int AT_ONCE = 16;

  private LockStep() {}

  /**
   * What became of it.
   *
   * @param trouble why locks were not extended; that keeps nobody from pushing
   */
  record Outcome(Optional<RunReport.Locked> locked, Optional<RunReport.Trouble> trouble) {
    static final Outcome NOTHING = new Outcome(Optional.empty(), Optional.empty());
  }

  /** Whether {@link #run} would go round. */
  static boolean isDue(Session session, Target target, RunState state, OpenRepository open)
      throws FirkinException {
    return due(session, target, state, open, Instant.now()).isPresent();
  }

  /** The round that is due; nothing where nothing is to be locked, or all is for long enough. */
  private static Optional<LockRound> due(
      Session session, Target target, RunState state, OpenRepository open, Instant now)
      throws FirkinException {
    Optional<ObjectLock> wanted = session.options().objectLock();
    Optional<ObjectLocks> locks = open.repository().store().locks();
    if (wanted.isEmpty() || locks.isEmpty()) {
      return Optional.empty();
    }
    LockRound round = new LockRound(open.repository(), locks.get(), wanted.get(), now, AT_ONCE);
    return round.isDue(state.lockRound(target.name(), wanted.get().period()))
        ? Optional.of(round)
        : Optional.empty();
  }

  /**
   * Does so where objects are to be locked there, and where it is due.
   *
   * @param session of the repository
   * @param target where
   * @param state that tells of rounds
   * @param window whose end puts it off until the next run; half of what is left of it is for what
   *     is to be pushed
   * @throws StoreUnavailableException where the pushes would fare no better
   */
  static Outcome run(
      Session session, Target target, RunState state, OpenRepository open, Window window)
      throws FirkinException, InterruptedException {
    if (window.isOver()) {
      return Outcome.NOTHING;
    }
    Instant now = Instant.now();
    try {
      Optional<LockRound> round = due(session, target, state, open, now);
      if (round.isEmpty()) {
        return Outcome.NOTHING;
      }
      LockRound.Report report =
          round
              .get()
              .run(open.snapshots(), isHalfOver(target, LocalTime.now(session.host().zone())));
      if (report.complete()) {
        state.lockRound(target.name(), new RunState.LastLockRound(round.get().period(), now));
      }
      return new Outcome(
          Optional.of(new RunReport.Locked(target.name(), report)),
          report.complete() ? Optional.empty() : Optional.of(broken(target, report)));
    } catch (StoreUnavailableException | StoreInterruptedException e) {
      throw e;
    } catch (FirkinException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      Failure why = Failure.of(e);
      return new Outcome(
          Optional.empty(),
          Optional.of(
              new RunReport.Trouble(
                  target.name(),
                  new Failure(
                      why.code(),
                      ExitCode.FAILED,
                      "locks were not extended: " + why.message(),
                      why.hint()))));
    }
  }

  private static BooleanSupplier isHalfOver(Target target, LocalTime time) {
    if (target.window().isEmpty()) {
      return () -> false;
    }
    HostClock clock = HostClock.system();
    Duration end = clock.steady().plus(target.window().get().left(time).dividedBy(2));
    return () -> clock.steady().compareTo(end) > 0;
  }

  private static RunReport.Trouble broken(Target target, LockRound.Report report) {
    return new RunReport.Trouble(
        target.name(),
        new Failure(
            "locks-unfinished",
            ExitCode.UNFINISHED,
            "locks were not all extended: half of what was left of the window was over after %,d objects"
                .formatted(report.looked()),
            Optional.of(
                "the next run goes on; a wider window, or a longer period, gives it time")));
  }
}
