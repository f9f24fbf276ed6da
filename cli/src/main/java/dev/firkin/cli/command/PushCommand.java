package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
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
    return stdin ? pushStream() : pushSnapshots();
  }

  private ExitCode pushStream() throws FirkinException, InterruptedException {
    if (name.isEmpty()) {
      throw new UsageException(
          "what the stream is to be called is not said", "use --name VOLUME/NAME");
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
    return new StreamPush(session).run(name.get(), volume, arguments);
  }

  private ExitCode pushSnapshots() throws FirkinException, InterruptedException {
    throw new UsageException("snapshots cannot be pushed yet", "use --stdin");
  }
}
