package dev.firkin.cli.disposal;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.json.DisposalJson;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.KeepTags;
import dev.firkin.repository.Lease;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.KeepTag;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Marks snapshots that no policy is to forget. */
@Command(
    name = "keep",
    description = "Mark snapshots so that no retention policy forgets them.",
    footer = {
      "",
      "Without a SNAPSHOT: lists what is marked. What a marked snapshot is based on stays too.",
      "",
      "Examples:",
      "  firkin keep home/home.20261122",
      "  firkin keep --remove home/home.20261122",
      "  firkin keep"
    })
public final class KeepCommand implements Action {
  private final Session session;

  @Option(names = "--remove", description = "Take the mark away.")
  private boolean remove;

  @Parameters(arity = "0..*", paramLabel = "SNAPSHOT", description = "Which ones.")
  private List<String> names = new ArrayList<>();

  public KeepCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    try (OpenRepository open = session.open(Access.METADATA, Patience.A_MINUTE)) {
      if (names.isEmpty()) {
        return keep(open);
      }
      // Who forgets must not take the mark away with a snapshot that it had chosen before.
      try (Lease _ = session.lease(open.repository(), LeaseMode.SHARED, "keep")) {
        return keep(open);
      }
    }
  }

  private ExitCode keep(OpenRepository open) throws FirkinException {
    Catalog catalog = open.catalog();
    KeepTags tags = open.repository().keepTags();
    List<Manifest> meant = new ArrayList<>();
    for (String name : names) {
      meant.add(new SnapshotQuery(catalog).resolve(name));
    }
    for (Manifest manifest : meant) {
      mark(tags, manifest);
    }
    report(catalog, tags.ids(), meant);
    return ExitCode.DONE;
  }

  private void mark(KeepTags tags, Manifest manifest) throws FirkinException {
    if (remove) {
      tags.remove(manifest.id());
    } else {
      tags.add(
          new KeepTag(
              manifest.id(), session.host().name(), Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }
  }

  private void report(Catalog catalog, Set<SnapshotId> marked, List<Manifest> meant) {
    List<Manifest> kept =
        catalog.manifests().stream().filter(m -> marked.contains(m.id())).toList();
    if (session.options().json()) {
      session.console().json(DisposalJson.kept(kept));
    } else if (meant.isEmpty()) {
      kept.forEach(m -> session.console().data(m.name().toString()));
      if (kept.isEmpty()) {
        session.console().info("nothing is marked to be kept");
      }
    } else {
      meant.forEach(m ->
          session
              .console()
              .info(m.name() + (remove ? " is marked no longer" : " is marked to be kept")));
    }
  }
}
