package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.disposal.LockRound;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import java.time.Instant;
import java.util.Optional;

/**
 * Locks for longer what a repository needs. Before anything else: neither a push that never gets to
 * its end nor a retention that is in doubt may let the locks of what is there run out.
 */
final class LockStep {
  private LockStep() {}

  /**
   * Does so where objects are to be locked there, and where it is due.
   *
   * @param session of the repository
   * @param target its name
   * @param window whose end puts it off until the next run
   */
  static Optional<RunReport.Locked> run(
      Session session, String target, OpenRepository open, Window window)
      throws FirkinException, InterruptedException {
    Optional<ObjectLock> wanted = session.options().objectLock();
    Optional<ObjectLocks> locks = open.repository().store().locks();
    if (wanted.isEmpty() || locks.isEmpty() || window.isOver()) {
      return Optional.empty();
    }
    LockRound round =
        new LockRound(
            open.repository(), locks.get(), wanted.get(), Instant.now(), session.options().jobs());
    return round.isDue()
        ? Optional.of(new RunReport.Locked(target, round.run(open.snapshots())))
        : Optional.empty();
  }
}
