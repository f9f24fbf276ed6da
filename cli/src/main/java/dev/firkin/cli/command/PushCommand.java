package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.HostClock;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.session.Window;
import dev.firkin.codec.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stores snapshots or a stream. */
@Command(
    name = "push",
    description = "Store read-only btrfs snapshots, or any stream.",
    customSynopsis = {
      "firkin push [OPTIONS] SNAPSHOT...",
      "       firkin push [OPTIONS] --stdin --name NAME [-- COMMAND...]"
    },
    footer = {
      "",
      "Run the same command again after an interruption: only what is missing is sent.",
      "A stream from stdin that is a btrfs send stream is checked as such; anything else is",
      "stored as it is. With a COMMAND nothing counts as stored unless it exits with 0.",
      "",
      "Examples:",
      "  firkin push /mnt/snapshots/home.20261122",
      "  firkin push --parent none /mnt/snapshots/home.*",
      "  firkin push --repair /mnt/snapshots/home.20261122",
      "  zfs send tank/db@monday | firkin push --stdin --name db/monday",
      "  firkin push --stdin --name etc-20261122.tar -- tar -C / -c etc"
    })
public final class PushCommand implements Action {
  private final Session session;

  @Spec private CommandSpec spec;

  @Option(names = "--stdin", description = "Store what comes on stdin, or from COMMAND.")
  private boolean stdin;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of a stream from stdin: VOLUME/NAME, or NAME in the volume 'stdin'.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--volume",
      paramLabel = "NAME",
      description =
          "The volume that the snapshots are of (default: the name of the subvolume they were taken"
              + " of, else of their folder).")
  private Optional<String> volume = Optional.empty();

  @Option(
      names = "--parent",
      paramLabel = "PARENT",
      description =
          "Send a delta on this one: auto (the newest of the volume that is in the repository and"
              + " still on this disk), none, a path, or a name in the repository (default: auto).")
  private String parent = "auto";

  @Option(
      names = "--proto",
      paramLabel = "N",
      description = "Version of the send protocol, 1 or 2 (default: 1).")
  private Optional<Integer> protocol = Optional.empty();

  @Option(
      names = "--compressed-data",
      description = "Send compressed extents as they are; takes protocol 2 and Linux 6.0.")
  private boolean compressedData;

  @Option(
      names = "--compression",
      paramLabel = "LEVEL",
      description =
          "zstd level of new chunks, 1 to 19 (default: 3; 1 where the repository is a folder).")
  private Optional<Integer> compression = Optional.empty();

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Stop after so long, such as 5h, and exit with 75: unfinished, resumable.")
  private Optional<Duration> length = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "HH:MM",
      description = "The same at a time of day, such as 06:00.")
  private Optional<String> until = Optional.empty();

  @Option(
      names = "--repair",
      description =
          "Send what is stored already once more, in the same form, and write again what is missing"
              + " or damaged of it. With an identity every chunk that is there is read.")
  private boolean repair;

  @Parameters(
      arity = "0..*",
      paramLabel = "SNAPSHOT",
      description = "Paths of read-only snapshots; with --stdin, a command.")
  private List<String> arguments = new ArrayList<>();

  public PushCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    if (compression.isPresent()
        && (compression.get() < 1 || compression.get() > Codec.HIGHEST_ZSTD_LEVEL)) {
      throw new UsageException(
          "--compression " + compression.get() + " is out of bounds",
          "use 1 to " + Codec.HIGHEST_ZSTD_LEVEL);
    }
    Window window = Window.of(length, until, HostClock.system(), session.host().zone());
    try (Window.Watch _ = window.enforce()) {
      return stdin ? pushStream(window) : pushSnapshots(window);
    }
  }

  private ExitCode pushStream(Window window) throws FirkinException, InterruptedException {
    if (name.isEmpty()) {
      throw new UsageException(
          "what the stream is to be called is not said", "use --name VOLUME/NAME");
    }
    if (!parent.equals("auto") || protocol.isPresent() || compressedData) {
      throw new UsageException(
          "--parent, --proto and --compressed-data are for snapshots, not for --stdin",
          "give such options to the program that makes the stream");
    }
    // The parser takes the words after -- as it takes those before.
    List<String> words = spec.commandLine().getParseResult().originalArgs();
    int separator = words.indexOf("--");
    int before = arguments.size() - (separator < 0 ? 0 : words.size() - separator - 1);
    if (before > 0) {
      throw new UsageException(
          "--stdin and the SNAPSHOT " + arguments.getFirst() + " contradict each other",
          "put -- before the command whose output is to be stored");
    }
    return new StreamPush(session, compression, window, repair).run(name.get(), volume, arguments);
  }

  private ExitCode pushSnapshots(Window window) throws FirkinException, InterruptedException {
    if (arguments.isEmpty()) {
      throw new UsageException(
          "what to push is not said", "name a read-only snapshot, or use --stdin");
    }
    if (name.isPresent()) {
      throw new UsageException(
          "--name is for --stdin only: a snapshot has a name", "use --volume for its volume");
    }
    int version = protocol.orElse(compressedData ? 2 : 1);
    if (version < 1 || version > 2 || (compressedData && version == 1)) {
      throw new UsageException(
          "--proto " + version + (compressedData ? " cannot send compressed data" : " is unknown"),
          "use 1 or 2; --compressed-data takes 2");
    }
    if (repair) {
      if (!parent.equals("auto") || protocol.isPresent() || compressedData) {
        throw new UsageException(
            "--repair sends a snapshot as it is stored: --parent, --proto and --compressed-data"
                + " contradict it",
            "leave them out; 'firkin push --parent none' stores it in full, beside what is there");
      }
      return new MendingPush(session, compression, window).run(arguments, volume);
    }
    return new SnapshotPush(
            session, ParentChoice.of(parent), version, compressedData, compression, window)
        .run(arguments, volume);
  }
}
