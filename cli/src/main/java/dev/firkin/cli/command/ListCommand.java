package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Table;
import dev.firkin.cli.text.Table.Align;
import dev.firkin.cli.text.Times;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists snapshots and unfinished pushes. */
@Command(
    name = "list",
    description = "List snapshots, oldest first, and unfinished pushes.",
    footer = {
      "",
      "STREAM is the length of the send stream, STORED what its chunks take in the store,",
      "NEW what its push added there. Sizes are binary: 1 KiB is 1,024 bytes.",
      "",
      "Examples:",
      "  firkin list",
      "  firkin list home --verbose"
    })
public final class ListCommand implements Action {
  private final Session session;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "VOLUME",
      description = "Only the snapshots of this volume.")
  private Optional<String> volume = Optional.empty();

  public ListCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    try (OpenRepository open = session.open(Access.METADATA, Patience.A_MINUTE)) {
      Catalog catalog = open.catalog();
      List<Manifest> shown = volume.map(catalog::volume).orElse(catalog.manifests());
      Uploads.Unfinished uploads = open.repository().uploads().unfinished();
      List<Checkpoint> unfinished =
          uploads.checkpoints().stream()
              .filter(c -> volume.isEmpty() || volume.get().equals(c.name().volume()))
              // What was stored under that name since has left its checkpoints behind.
              .filter(c -> catalog.manifests().stream().noneMatch(m -> m.name().equals(c.name())))
              .toList();
      List<DamagedException> damaged = new ArrayList<>(catalog.damaged());
      damaged.addAll(uploads.damaged());
      if (session.options().json()) {
        session
            .console()
            .json(Documents.list(open.repository(), catalog, shown, unfinished, damaged));
      } else {
        print(catalog, shown, unfinished);
      }
      warn(damaged);
      // An unfinished push that cannot be read is no loss: it only takes longer.
      return catalog.damaged().isEmpty() ? ExitCode.DONE : ExitCode.DAMAGED;
    }
  }

  private void print(Catalog catalog, List<Manifest> shown, List<Checkpoint> unfinished) {
    Console console = session.console();
    if (shown.isEmpty()) {
      console.info(
          volume.map(v -> "no snapshots of the volume " + v).orElse("no snapshots")
              + " in the repository");
    } else {
      table(catalog, shown).lines().forEach(console::data);
    }
    for (Checkpoint checkpoint : unfinished) {
      console.data(
          "unfinished: %s  %s stored, last at %s from %s"
              .formatted(
                  checkpoint.name(),
                  ByteSize.format(checkpoint.streamBytes()),
                  Times.minutes(checkpoint.at(), session.host().zone()),
                  checkpoint.host()));
    }
  }

  private Table table(Catalog catalog, List<Manifest> shown) {
    boolean uuids = session.options().verbose();
    boolean hosts = shown.stream().map(m -> m.source().host()).distinct().count() > 1;
    Table table =
        new Table()
            .column("TIME", Align.LEFT)
            .column("SNAPSHOT", Align.LEFT)
            .column("KIND", Align.LEFT)
            .column("STREAM", Align.RIGHT)
            .column("STORED", Align.RIGHT)
            .column("NEW", Align.RIGHT)
            .column("CHUNKS", Align.RIGHT);
    if (hosts) {
      table.column("HOST", Align.LEFT);
    }
    if (uuids) {
      table.column("UUID", Align.LEFT);
    }
    for (Manifest m : shown) {
      String time = Times.minutes(m.time(), session.host().zone());
      String stream = ByteSize.format(m.stream().bytes());
      String stored = ByteSize.format(m.storedBytes());
      String added = ByteSize.format(m.added().storedBytes());
      String kind = Kinds.describe(m, catalog);
      String chunks = Long.toString(m.chunks());
      List<String> row =
          new ArrayList<>(List.of(time, m.name().toString(), kind, stream, stored, added, chunks));
      if (hosts) {
        row.add(m.source().host());
      }
      if (uuids) {
        row.add(m.stream().uuid().map(SubvolumeUuid::toString).orElse("-"));
      }
      table.row(row.toArray(String[]::new));
    }
    return table;
  }

  private void warn(List<DamagedException> damaged) {
    for (DamagedException each : damaged) {
      session.console().warning(String.valueOf(each.getMessage()));
    }
  }
}
