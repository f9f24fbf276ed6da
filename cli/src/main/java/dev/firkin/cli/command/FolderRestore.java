package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.DirectoryLock;
import dev.firkin.cli.btrfs.BtrfsReceiver;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.progress.OutageTimer;
import dev.firkin.cli.progress.RestoreMeter;
import dev.firkin.cli.progress.Ticker;
import dev.firkin.cli.session.BusyException;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.ChainRestore;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Restores a chain of snapshots into a folder of a btrfs file system. */
final class FolderRestore {
  private final Session session;
  private final String snapshot;
  private final Path directory;
  private final boolean dryRun;
  private final OutageTimer outage = new OutageTimer();

  FolderRestore(Session session, String snapshot, Path directory, boolean dryRun) {
    this.session = session;
    this.snapshot = snapshot;
    this.directory = directory;
    this.dryRun = dryRun;
  }

  ExitCode run() throws FirkinException, InterruptedException {
    BtrfsReceiver receiver = BtrfsReceiver.into(directory, session.console());
    Access access = dryRun ? Access.METADATA : Access.DATA;
    try (OpenRepository open = session.open(access, Patience.FOREVER, outage)) {
      Catalog catalog = open.catalog();
      Manifest wanted = new SnapshotQuery(catalog).resolve(snapshot);
      BtrfsReceiver.requireReceivable(wanted);
      RestoreProgress progress = new RestoreProgress();
      StreamRestore streams =
          new StreamRestore(open.repository(), session.options().jobs(), progress);
      ChainRestore chain = new ChainRestore(streams, receiver);
      List<Manifest> restored =
          dryRun
              ? plan(chain, catalog, wanted, receiver)
              : restore(chain, catalog, wanted, receiver, progress);
      if (session.options().json()) {
        session.console().json(Documents.restored(restored, Optional.of(directory), dryRun));
      }
      return ExitCode.DONE;
    }
  }

  private List<Manifest> plan(
      ChainRestore chain, Catalog catalog, Manifest wanted, BtrfsReceiver receiver)
      throws FirkinException {
    List<Manifest> plan = planned(chain, catalog, wanted, receiver);
    receiver.refuseChanged(plan);
    for (Manifest manifest : plan) {
      say(
          "would receive %s (%s), %s of stream, %s to fetch"
              .formatted(
                  manifest.name(),
                  Kinds.describe(manifest, catalog),
                  ByteSize.format(manifest.stream().bytes()),
                  ByteSize.format(manifest.storedBytes())));
    }
    return plan;
  }

  private List<Manifest> restore(
      ChainRestore chain,
      Catalog catalog,
      Manifest wanted,
      BtrfsReceiver receiver,
      RestoreProgress progress)
      throws FirkinException, InterruptedException {
    try (DirectoryLock _ = lock()) {
      List<Manifest> plan = receiver.prepare(planned(chain, catalog, wanted, receiver));
      long total = plan.stream().mapToLong(m -> m.stream().bytes()).sum();
      RestoreMeter meter = new RestoreMeter(wanted.name().name(), progress, total, outage);
      try (Ticker _ = Ticker.start(session, meter)) {
        chain.run(plan, new Reporter(session.console(), meter));
      }
      return plan;
    }
  }

  private DirectoryLock lock() throws FirkinException {
    return DirectoryLock.tryLock(directory)
        .orElseThrow(() ->
            new BusyException(
                "another firkin restores into " + directory + " right now",
                "wait until it is done; 'flock' on that folder by any other program looks the"
                    + " same"));
  }

  private List<Manifest> planned(
      ChainRestore chain, Catalog catalog, Manifest wanted, BtrfsReceiver receiver)
      throws FirkinException {
    List<Manifest> plan = chain.plan(catalog, wanted);
    for (Manifest manifest : plan) {
      BtrfsReceiver.requireReceivable(manifest);
    }
    if (plan.isEmpty()) {
      Optional<SubvolumeUuid> uuid = wanted.stream().uuid();
      Optional<Path> path = uuid.isPresent() ? receiver.find(uuid.get()) : Optional.empty();
      say(
          wanted.name()
              + " is on this file system already"
              + path.map(p -> ": " + p).orElse("")
              + "; nothing was received");
    }
    return plan;
  }

  private void say(String line) {
    session.console().info(line);
  }

  private final class Reporter implements ChainRestore.Listener {
    private final Console console;
    private final RestoreMeter meter;

    Reporter(Console console, RestoreMeter meter) {
      this.console = console;
      this.meter = meter;
    }

    @Override
    public void begins(Manifest manifest, int number, int of) {
      String which = of == 1 ? "" : " (%d of %d)".formatted(number, of);
      meter.now(manifest.name().name() + which);
    }

    @Override
    public void received(Manifest manifest) {
      console.info(
          "received %s: %s"
              .formatted(
                  directory.resolve(manifest.name().name()),
                  ByteSize.format(manifest.stream().bytes())));
    }
  }
}
