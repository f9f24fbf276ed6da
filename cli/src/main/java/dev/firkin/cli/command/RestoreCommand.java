package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gets a snapshot back. */
@Command(
    name = "restore",
    description = "Restore a snapshot.",
    customSynopsis = {
      "firkin restore [OPTIONS] SNAPSHOT --into DIR",
      "       firkin restore [OPTIONS] SNAPSHOT --stdout | --to-file FILE"
    },
    footer = {
      "",
      "--into receives the whole chain, oldest first, and skips what the file system of DIR",
      "has. --stdout and --to-file give the one stream that was stored for the snapshot.",
      "",
      "Examples:",
      "  firkin restore home@latest --into /mnt/new",
      "  firkin restore home@latest --stdout | ssh nas btrfs receive /mnt/new",
      "  firkin restore db/monday --stdout | zfs receive tank/db"
    })
public final class RestoreCommand implements Action {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "SNAPSHOT",
      description = "VOLUME/NAME, NAME, VOLUME@latest, or the beginning of a uuid.")
  private String snapshot = "";

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "Receive into this folder of a btrfs file system.")
  private Optional<Path> into = Optional.empty();

  @Option(names = "--stdout", description = "Write the stream to stdout.")
  private boolean stdout;

  @Option(
      names = "--to-file",
      paramLabel = "FILE",
      description = "Write the stream to a file, mode 0600, whole or not at all.")
  private Optional<Path> toFile = Optional.empty();

  @Option(names = "--force", description = "Let --to-file replace a file.")
  private boolean force;

  @Option(names = "--dry-run", description = "Only say what would be restored.")
  private boolean dryRun;

  public RestoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    int targets = (into.isPresent() ? 1 : 0) + (stdout ? 1 : 0) + (toFile.isPresent() ? 1 : 0);
    if (targets != 1) {
      throw new UsageException(
          targets == 0 ? "where to restore to is not said" : "more than one target is given",
          "use one of --into DIR, --stdout and --to-file FILE");
    }
    if (force && toFile.isEmpty()) {
      throw new UsageException("--force is for --to-file only", "leave it out");
    }
    if (into.isPresent()) {
      return new FolderRestore(session, snapshot, into.get(), dryRun).run();
    }
    StreamOutput output = new StreamOutput(session, snapshot, dryRun);
    return stdout ? output.toStdout() : output.toFile(toFile.orElseThrow(), force);
  }
}
