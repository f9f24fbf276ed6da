package dev.firkin.cli.disposal;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.json.DisposalJson;
import dev.firkin.cli.progress.Ticker;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.Times;
import dev.firkin.disposal.Prune;
import dev.firkin.disposal.PruneProgress;
import dev.firkin.disposal.PruneReport;
import dev.firkin.disposal.PruneReport.Garbage;
import dev.firkin.repository.Lease;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes what nothing names any more. */
@Command(
    name = "prune",
    description = "Free the space of what was forgotten, and of pushes that never ended.",
    footer = {
      "",
      "Two prunes, a grace period apart, must both find that nothing needs a chunk before it is",
      "deleted: so run it regularly. Where anything is in doubt, nothing is deleted.",
      "",
      "Examples:",
      "  firkin prune --dry-run",
      "  firkin prune",
      "  firkin prune --grace 0s      (only where nobody else uses the repository)"
    })
public final class PruneCommand implements Action {
  private final Session session;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      description = "How long garbage waits before it is deleted (default: 7d).")
  private Duration grace = Duration.ofDays(7);

  @Option(
      names = "--missing-parents",
      description =
          "Do not stop at deltas whose parent is not in the repository: they were stored that way.")
  private boolean missingParents;

  @Option(names = "--dry-run", description = "Only show what would be deleted.")
  private boolean dryRun;

  public PruneCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    try (OpenRepository open = session.open(Access.METADATA, Patience.FOREVER);
        Lease lease =
            session.lease(
                open.repository(),
                dryRun ? LeaseMode.SHARED : LeaseMode.EXCLUSIVE,
                dryRun ? "prune --dry-run" : "prune")) {
      PruneProgress progress = new PruneProgress();
      Prune prune =
          new Prune(
              open.repository(),
              // No cache: it is the store that is pruned.
              open.repository().snapshots(ObjectCache.none()),
              open.snapshots().remembered(),
              open.forgetting(),
              lease,
              new Prune.Options(grace, dryRun, missingParents),
              progress);
      PruneReport report;
      try (Ticker _ = Ticker.start(session, new PruneMeter(progress))) {
        report = prune.run();
      }
      if (session.options().json()) {
        session.console().json(DisposalJson.pruned(report, dryRun));
      } else {
        print(report);
      }
      return ExitCode.DONE;
    }
  }

  private void print(PruneReport report) {
    Console console = session.console();
    console.data("%d snapshots need %d chunks".formatted(report.snapshots(), report.chunksKept()));
    console.data((dryRun ? "would delete " : "deleted ") + words(report.deleted()));
    if (!report.waiting().isEmpty()) {
      console.data(
          "waiting: %s; a prune in %s or later deletes them"
              .formatted(words(report.waiting()), Durations.format(grace)));
    }
    report
        .lockedUntil()
        .ifPresent(until ->
            console.data(
                "locked: of these %s, the last until %s; they go with a prune after that"
                    .formatted(
                        words(report.locked()), Times.minutes(until, session.host().zone()))));
    if (report.olderVersions() && !report.deleted().isEmpty()) {
      console.info(
          "the bucket keeps what was deleted as older versions, until its lifecycle rule deletes"
              + " them");
    }
    if (report.uploads() > 0) {
      console.data(
          "%s %d checkpoints of pushes that nobody has gone on with for 90 days"
              .formatted(dryRun ? "would delete" : "deleted", report.uploads()));
    }
    if (report.trash() > 0) {
      console.data(
          "%s %d objects of the trash"
              .formatted(dryRun ? "would delete" : "deleted", report.trash()));
    }
  }

  private static String words(Garbage garbage) {
    return garbage.isEmpty()
        ? "nothing"
        : "%d chunks of %s and %d pages"
            .formatted(garbage.chunks(), ByteSize.format(garbage.chunkBytes()), garbage.pages());
  }
}
