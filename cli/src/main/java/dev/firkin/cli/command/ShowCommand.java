package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Times;
import dev.firkin.repository.BrokenChainException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.StreamInfo;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one snapshot. */
@Command(
    name = "show",
    description = "Show all that is known of a snapshot, and the chain it is restored from.",
    footer = {
      "",
      "SNAPSHOT is VOLUME/NAME, NAME where that is unique, VOLUME@latest, or the beginning",
      "of the uuid, four digits at the least.",
      "",
      "Examples:",
      "  firkin show home/home.20261122",
      "  firkin show home@latest --json"
    })
public final class ShowCommand implements Action {
  private final Session session;

  @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "Which one.")
  private String snapshot = "";

  public ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    try (OpenRepository open = session.open(Access.METADATA, Patience.A_MINUTE)) {
      Catalog catalog = open.catalog();
      Manifest manifest = new SnapshotQuery(catalog).resolve(snapshot);
      List<Manifest> chain = chain(catalog, manifest);
      if (session.options().json()) {
        session.console().json(Documents.show(manifest, catalog, chain));
      } else {
        print(catalog, manifest, chain);
      }
      return ExitCode.DONE;
    }
  }

  private List<Manifest> chain(Catalog catalog, Manifest manifest) {
    try {
      return catalog.chain(manifest, Set.of());
    } catch (BrokenChainException e) {
      session.console().warning(String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private void print(Catalog catalog, Manifest m, List<Manifest> chain) {
    line("snapshot", m.name().toString());
    line("kind", Kinds.describe(m, catalog));
    for (StreamInfo.Subvolume subvolume : m.stream().subvolumes()) {
      line("uuid", subvolume.uuid() + " (" + subvolume.name() + ")");
      subvolume.parent().ifPresent(parent -> line("parent uuid", parent.uuid().toString()));
    }
    m.source().takenAt().ifPresent(at -> line("taken", time(at)));
    line("pushed", time(m.source().startedAt()) + " to " + time(m.source().committedAt()));
    line(
        "source", m.source().host() + m.source().path().map(path -> ":" + path).orElse(" (stdin)"));
    if (m.stream().kind() instanceof StreamInfo.Kind.Btrfs btrfs) {
      String options = String.join(" ", m.source().sendOptions());
      line("protocol", btrfs.version() + (options.isEmpty() ? "" : " (" + options + ")"));
    }
    line("stream", bytes(m.stream().bytes()));
    line("sha256", m.stream().sha256().toString());
    line("commands", run(m.commands()));
    line("data", run(m.data()));
    line("stored", bytes(m.storedBytes()));
    line(
        "new",
        "%s in %d chunks, stored as %s"
            .formatted(
                ByteSize.format(m.added().plaintextBytes()),
                m.added().chunks(),
                ByteSize.format(m.added().storedBytes())));
    line("written by", m.source().tool());
    line("id", m.id().toString());
    for (int i = 0; i < chain.size(); i++) {
      line(
          i == 0 ? "chain" : "", chain.get(i).name() + " " + Kinds.describe(chain.get(i), catalog));
    }
  }

  private static String run(ChunkRun run) {
    return "%s in %d chunks, stored as %s"
        .formatted(ByteSize.format(run.bytes()), run.chunks(), ByteSize.format(run.storedBytes()));
  }

  private static String bytes(long bytes) {
    return bytes < 1024 ? bytes + " B" : "%s (%,d bytes)".formatted(ByteSize.format(bytes), bytes);
  }

  private String time(Instant at) {
    return Times.seconds(at, session.host().zone());
  }

  private void line(String what, String value) {
    session.console().data("%-11s  %s".formatted(what, value).stripTrailing());
  }
}
