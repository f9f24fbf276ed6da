package dev.firkin.cli;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.cli.session.Session;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.transfer.ReceiverException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program. */
public final class Firkin {
  private Firkin() {}

  public static void main(String[] args) {
    QuietLogging.install();
    Interrupts interrupts = new Interrupts();
    interrupts.install();
    int status = run(Host.ofThisProcess(), interrupts, args).number();
    interrupts.ended(status);
    System.exit(status);
  }

  /** Runs one command line in this process. Throws nothing; all that is said goes to the host. */
  public static ExitCode run(Host host, Interrupts interrupts, String... args) {
    GlobalOptions options = new GlobalOptions();
    Session session = new Session(host, options, interrupts);
    boolean json = asksForJson(args);
    ExitCode exit;
    try {
      exit = runParsed(session, args);
    } catch (ParameterException e) {
      Failure failure = Failure.usage(String.valueOf(e.getMessage()), helpFor(e));
      exit = report(session, failure, e, json);
    } catch (Throwable thrown) { // the last place that can say anything about it
      exit = report(session, failureOf(session, thrown), thrown, json);
    }
    session.console().clearStatus();
    // A reader that has left, as head does, has what it wanted.
    boolean read = session.console().flush();
    if (!read) {
      session.console().debug("stdout was closed by its reader");
    }
    return exit;
  }

  /** As far as one can tell where the words cannot be parsed; those behind -- are another's. */
  private static boolean asksForJson(String... args) {
    return List.of(args).stream().takeWhile(word -> !word.equals("--")).anyMatch("--json"::equals);
  }

  private static ExitCode runParsed(Session session, String... args) throws Exception {
    CommandLine root = CommandTable.commandLine(session, args);
    ParseResult parsed = root.parseArgs(args);
    QuietLogging.debug(session.options().debug());
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    if (last.isUsageHelpRequested()) {
      Help.print(session, command);
      return ExitCode.DONE;
    }
    if (parsed.isVersionHelpRequested()) {
      session.console().data(session.tool());
      return ExitCode.DONE;
    }
    session.options().check();
    if (command.getCommandSpec().userObject() instanceof Action action) {
      return action.run();
    }
    throw new ParameterException(command, "no command is given");
  }

  private static Failure failureOf(Session session, Throwable thrown) {
    Failure failure = Failure.of(thrown);
    boolean ended =
        failure.exit() == ExitCode.FAILED
            && (tellsOfAChild(thrown)
                ? session.interrupts().arrivedOrArrives()
                : session.interrupts().arrived());
    return ended ? Failure.interrupted() : failure;
  }

  /** Ctrl-C reaches our children too, and their end may be known here before the signal is. */
  private static boolean tellsOfAChild(Throwable thrown) {
    return thrown instanceof BtrfsException
        || thrown instanceof ReceiverException
        || thrown instanceof MalformedStreamException;
  }

  private static ExitCode report(Session session, Failure failure, Throwable thrown, boolean json) {
    Console console = session.console();
    console.clearStatus();
    if (session.options().debug()) {
      console.stackTrace(thrown);
    }
    console.failure(failure);
    if (json) {
      console.json(Documents.error(failure));
    }
    return failure.exit();
  }

  private static String helpFor(ParameterException e) {
    return "'" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help' explains";
  }
}
