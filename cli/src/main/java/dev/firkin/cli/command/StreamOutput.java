package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.progress.OutageTimer;
import dev.firkin.cli.progress.RestoreMeter;
import dev.firkin.cli.progress.Ticker;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.Manifest;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Restores one stream, to stdout or a file. */
final class StreamOutput {
  private static final int BUFFER_BYTES = 256 << 10;

  private final Session session;
  private final String snapshot;
  private final boolean dryRun;
  private final OutageTimer outage = new OutageTimer();

  StreamOutput(Session session, String snapshot, boolean dryRun) {
    this.session = session;
    this.snapshot = snapshot;
    this.dryRun = dryRun;
  }

  ExitCode toStdout() throws FirkinException, InterruptedException {
    session.console().giveStdoutAway();
    if (session.host().terminals().stdout() && !dryRun) {
      throw new UsageException(
          "stdout is a terminal, which a stream of bytes would only upset",
          "pipe it into something: firkin restore " + snapshot + " --stdout | btrfs receive DIR");
    }
    OutputStream out = new BufferedOutputStream(session.host().stdout(), BUFFER_BYTES);
    return restore(Optional.empty(), restore -> restore.to(out));
  }

  ExitCode toFile(Path file, boolean force) throws FirkinException, InterruptedException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FailedException(
          file + " is no file, and was not replaced",
          "give a name of a file; for anything else: firkin restore " + snapshot + " --stdout");
    }
    if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FailedException(
          file + " exists and was not overwritten", "give another name, or use --force");
    }
    return restore(
        Optional.of(file),
        restore -> {
          try (NewFile target = NewFile.create(file)) {
            restore.to(new BufferedOutputStream(target.stream(), BUFFER_BYTES));
            target.publish(force);
          }
        });
  }

  private interface Target {
    void take(Restore restore) throws FirkinException, InterruptedException;
  }

  private record Restore(StreamRestore streams, Manifest manifest) {
    void check() throws FirkinException, InterruptedException {
      streams.requireReadable(List.of(manifest));
    }

    void to(OutputStream out) throws FirkinException, InterruptedException {
      streams.write(manifest, out);
    }
  }

  private ExitCode restore(Optional<Path> file, Target target)
      throws FirkinException, InterruptedException {
    Access access = dryRun ? Access.METADATA : Access.DATA;
    try (OpenRepository open = session.open(access, Patience.FOREVER, outage)) {
      Catalog catalog = open.catalog();
      Manifest manifest = new SnapshotQuery(catalog).resolve(snapshot);
      announce(manifest, catalog);
      if (!dryRun) {
        RestoreProgress progress = new RestoreProgress();
        RestoreMeter meter =
            new RestoreMeter(manifest.name().name(), progress, manifest.stream().bytes(), outage);
        try (Ticker _ = Ticker.start(session, meter)) {
          Restore restore =
              new Restore(
                  new StreamRestore(open.repository(), session.options().jobs(), progress),
                  manifest);
          restore.check();
          target.take(restore);
        }
        session
            .console()
            .info(
                "restored %s: %s, every byte proven"
                    .formatted(manifest.name(), ByteSize.format(manifest.stream().bytes())));
      }
      if (session.options().json()) {
        session.console().json(Documents.restored(List.of(manifest), file, dryRun));
      }
      return ExitCode.DONE;
    }
  }

  private void announce(Manifest manifest, Catalog catalog) {
    if (dryRun) {
      session
          .console()
          .info(
              "would restore %s (%s), %s of stream, %s to fetch"
                  .formatted(
                      manifest.name(),
                      Kinds.describe(manifest, catalog),
                      ByteSize.format(manifest.stream().bytes()),
                      ByteSize.format(manifest.storedBytes())));
    } else if (manifest.stream().parentUuid().isPresent()) {
      session
          .console()
          .info(
              "%s is a %s: who receives it must have that"
                  .formatted(manifest.name(), Kinds.describe(manifest, catalog)));
    }
  }
}
