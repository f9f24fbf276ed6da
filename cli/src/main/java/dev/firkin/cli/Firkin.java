package dev.firkin.cli;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. Exit codes: 0 done, 2 usage. */
@Command(
    name = "firkin",
    description = "Ships btrfs snapshots to object storage and back.",
    mixinStandardHelpOptions = true,
    versionProvider = Firkin.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Firkin implements Runnable {
  @Spec private CommandSpec spec;

  private Firkin() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Firkin()).execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** The version that the build wrote into the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "firkin "
            + Optional.ofNullable(Firkin.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)")
      };
    }
  }
}
