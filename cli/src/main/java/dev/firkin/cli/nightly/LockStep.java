package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.disposal.LockRound;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreUnavailableException;
import java.time.Instant;
import java.util.Optional;

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

  /**
   * Does so where objects are to be locked there, and where it is due.
   *
   * @param session of the repository
   * @param target its name
   * @param window whose end puts it off until the next run
   * @throws StoreUnavailableException where the pushes would fare no better
   */
  static Outcome run(Session session, String target, OpenRepository open, Window window)
      throws FirkinException, InterruptedException {
    Optional<ObjectLock> wanted = session.options().objectLock();
    Optional<ObjectLocks> locks = open.repository().store().locks();
    if (wanted.isEmpty() || locks.isEmpty() || window.isOver()) {
      return Outcome.NOTHING;
    }
    LockRound round =
        new LockRound(open.repository(), locks.get(), wanted.get(), Instant.now(), AT_ONCE);
    try {
      return round.isDue()
          ? new Outcome(
              Optional.of(new RunReport.Locked(target, round.run(open.snapshots()))),
              Optional.empty())
          : Outcome.NOTHING;
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
                  target,
                  new Failure(
                      why.code(),
                      ExitCode.FAILED,
                      "locks were not extended: " + why.message(),
                      why.hint()))));
    }
  }
}
