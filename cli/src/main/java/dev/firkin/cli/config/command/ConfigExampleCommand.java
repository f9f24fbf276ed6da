package dev.firkin.cli.config.command;

import dev.firkin.cli.command.Action;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import picocli.CommandLine.Command;

/** Prints a file with every setting and what it does. */
@Command(
    name = "example",
    description = "Print a configuration file with every setting, commented.",
    footer = {"", "Example:", "  firkin config example > /etc/firkin/firkin.toml"})
public final class ConfigExampleCommand implements Action {
  private final Session session;

  public ConfigExampleCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() {
    if (session.options().json()) {
      session.console().json(ConfigJson.toml(ConfigFile.example()));
    } else {
      ConfigFile.example().lines().forEach(session.console()::data);
    }
    return ExitCode.DONE;
  }
}
