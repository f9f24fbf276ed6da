package dev.firkin.cli;

import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firkin help COMMAND}. */
@Command(name = "help", description = "Show the help of a command.")
final class HelpCommand implements Action {
  private final Session session;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "Which one.")
  private Optional<String> command = Optional.empty();

  HelpCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws UsageException {
    CommandLine root = spec.parent().commandLine();
    if (command.isPresent() && !root.getSubcommands().containsKey(command.get())) {
      throw new UsageException(
          "there is no command '" + command.get() + "'", "'firkin help' lists them");
    }
    CommandLine wanted = command.map(name -> root.getSubcommands().get(name)).orElse(root);
    Help.print(session, wanted);
    return ExitCode.DONE;
  }
}
