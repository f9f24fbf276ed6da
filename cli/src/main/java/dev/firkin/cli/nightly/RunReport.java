package dev.firkin.cli.nightly;

import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.disposal.LockRound;
import dev.firkin.disposal.PruneReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run did.
 *
 * @param made local snapshots, by volume and name
 * @param dropped local snapshots that retention deleted, by volume and name
 * @param results of each volume in each repository
 * @param pruned of each repository that was
 * @param locked of each repository whose locks were extended
 * @param failures of what is of no single repository
 */
record RunReport(
    Instant began,
    Instant ended,
    List<String> made,
    List<String> dropped,
    List<Result> results,
    List<Pruned> pruned,
    List<Locked> locked,
    List<Trouble> failures) {
  RunReport {
    made = List.copyOf(made);
    dropped = List.copyOf(dropped);
    results = List.copyOf(results);
    pruned = List.copyOf(pruned);
    locked = List.copyOf(locked);
    failures = List.copyOf(failures);
  }

  /** Of one that was not begun. */
  static RunReport ofNothing(Instant at, Failure why) {
    return new RunReport(
        at,
        at,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new Trouble("run", why)));
  }

  /** What went wrong, and with what. */
  record Trouble(String with, Failure failure) {}

  /** A prune that was due. */
  record Pruned(String target, PruneReport report) {}

  /** Locks that were to be extended. */
  record Locked(String target, LockRound.Report report) {}

  /**
   * Of one volume in one repository.
   *
   * @param stored names of the snapshots that this run stored
   * @param newBytes what they added to the repository
   * @param forgotten how many retention dropped there
   * @param failure why this is no success
   * @param note what else a person should know
   */
  record Result(
      String volume,
      String target,
      List<String> stored,
      long newBytes,
      int forgotten,
      Optional<Failure> failure,
      Optional<String> note) {
    Result {
      stored = List.copyOf(stored);
    }

    boolean failed() {
      return failure.filter(f -> f.exit() != ExitCode.UNFINISHED).isPresent();
    }

    boolean unfinished() {
      return failure.filter(f -> f.exit() == ExitCode.UNFINISHED).isPresent();
    }
  }

  ExitCode exit() {
    boolean failed =
        results.stream().anyMatch(Result::failed)
            || failures.stream().anyMatch(t -> t.failure().exit() != ExitCode.UNFINISHED);
    boolean unfinished = results.stream().anyMatch(Result::unfinished) || !failures.isEmpty();
    return failed ? ExitCode.FAILED : unfinished ? ExitCode.UNFINISHED : ExitCode.DONE;
  }
}
