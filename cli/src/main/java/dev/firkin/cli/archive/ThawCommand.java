package dev.firkin.cli.archive;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.session.UsageException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.ArchivedObjects.Tier;
import dev.firkin.transfer.Thaw;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/** Asks an archive for what a restore needs. */
@Command(
    name = "thaw",
    description = "Ask an archive (GLACIER, DEEP_ARCHIVE) for all chunks that a restore needs.",
    footer = {
      "",
      "For the snapshot and all that it is based on. The same command again asks for nothing"
          + " twice,",
      "and says how much can be read; it ends with 75 until all can.",
      "",
      "Examples:",
      "  firkin thaw home@latest",
      "  firkin thaw home@latest --tier bulk --days 14 --until-done"
    })
public final class ThawCommand implements Action {
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);

  private final Session session;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long what was thawed can be read, 1 to 365 (default: 7).")
  private int days = 7;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      description = "How quickly, and for how much: expedited, standard (default) or bulk.")
  private Tier tier = Tier.STANDARD;

  @Option(
      names = "--until-done",
      description = "Look again every ten minutes, until all can be read.")
  private boolean untilDone;

  @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "Which one.")
  private String snapshot = "";

  public ThawCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    if (days < 1 || days > 365) {
      throw new UsageException("--days " + days + " is out of bounds", "use 1 to 365");
    }
    try (OpenRepository open = session.open(Access.METADATA, Patience.FOREVER)) {
      ArchivedObjects archive =
          open.repository()
              .store()
              .archive()
              .orElseThrow(() ->
                  new FailedException(
                      open.repository().store().location() + " has no archives",
                      "everything there can be read: run 'firkin restore'"));
      Catalog catalog = open.catalog();
      Manifest wanted = new SnapshotQuery(catalog).resolve(snapshot);
      List<Manifest> chain = catalog.chain(wanted, Set.of());
      Thaw thaw = new Thaw(open.repository(), archive);
      while (true) {
        Thaw.Progress progress = thaw.request(chain, days, tier);
        if (progress.done() || !untilDone) {
          print(wanted, progress);
          return progress.done() ? ExitCode.DONE : ExitCode.UNFINISHED;
        }
        session.console().info(words(progress));
        Thread.sleep(BETWEEN_LOOKS);
      }
    }
  }

  private void print(Manifest wanted, Thaw.Progress progress) {
    if (session.options().json()) {
      session
          .console()
          .json(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("type", "result")
                  .put("snapshot", wanted.name().toString())
                  .put("chunks", progress.chunks())
                  .put("readable", progress.readable())
                  .toString());
      return;
    }
    session.console().data(words(progress));
    if (!progress.done()) {
      session
          .console()
          .info(
              "the rest was asked for and takes hours; the same command tells how far it is, or"
                  + " waits with --until-done");
    }
  }

  private static String words(Thaw.Progress progress) {
    return "%d of %d chunks can be read".formatted(progress.readable(), progress.chunks());
  }
}
