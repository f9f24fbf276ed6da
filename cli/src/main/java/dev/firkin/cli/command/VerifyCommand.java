package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.progress.OutageTimer;
import dev.firkin.cli.progress.Ticker;
import dev.firkin.cli.progress.VerifyMeter;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.transfer.Leftovers;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.Verify;
import dev.firkin.transfer.VerifyReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks a repository. */
@Command(
    name = "verify",
    description = "Check that every snapshot can be restored.",
    footer = {
      "",
      "Without options: every manifest is authentic, every chunk is there with the right",
      "length; no identity is needed. Exits with 5 where anything is damaged or missing.",
      "",
      "Examples:",
      "  firkin verify",
      "  firkin verify --sample 5% --identity-file firkin.key"
    })
public final class VerifyCommand implements Action {
  private final Session session;
  private final OutageTimer outage = new OutageTimer();

  @Mixin private final ReadOptions read = new ReadOptions();

  public VerifyCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    double part = read.part();
    Access access = part > 0 ? Access.DATA : Access.METADATA;
    try (OpenRepository open = session.open(access, Patience.FOREVER, outage)) {
      VerifyReport report = verify(open, part);
      if (session.options().json()) {
        session.console().json(Documents.verified(report));
      } else {
        print(report);
      }
      return report.sound() ? ExitCode.DONE : ExitCode.DAMAGED;
    }
  }

  private VerifyReport verify(OpenRepository open, double part)
      throws FirkinException, InterruptedException {
    RestoreProgress progress = new RestoreProgress();
    Verify verify =
        new Verify(
            open.repository(),
            // No cache: it is the store that is checked.
            open.repository().snapshots(ObjectCache.none()),
            open.snapshots().remembered(),
            open.forgetting(),
            session.options().jobs(),
            part,
            progress);
    try (Ticker _ = Ticker.start(session, new VerifyMeter(progress, outage))) {
      return verify.run();
    }
  }

  private void print(VerifyReport report) {
    Console console = session.console();
    console.data(
        "checked %d snapshots, %d pages, %d chunks of %s"
            .formatted(
                report.snapshots(),
                report.pages(),
                report.chunks(),
                ByteSize.format(report.storedBytes())));
    console.data(
        report.readChunks() == 0
            ? "content of chunks was not read (--read-data does)"
            : "read and proved %d chunks of %s"
                .formatted(report.readChunks(), ByteSize.format(report.readBytes())));
    report
        .leftovers()
        .ifPresentOrElse(
            this::print, () -> console.warning("the store would not tell what no snapshot needs"));
    FindingsText text = new FindingsText(console);
    text.list(report);
    console.data(report.sound() ? "all is well" : report.findings().size() + " findings");
    text.whatHelps(report);
  }

  private void print(Leftovers leftovers) {
    if (leftovers.none()) {
      return;
    }
    session
        .console()
        .data(
            "no snapshot needs %d chunks of %s and %d pages; unfinished pushes: %d"
                .formatted(
                    leftovers.chunks(),
                    ByteSize.format(leftovers.chunkBytes()),
                    leftovers.pages(),
                    leftovers.unfinished()));
  }
}
