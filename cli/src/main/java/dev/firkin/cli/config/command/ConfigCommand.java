package dev.firkin.cli.config.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import picocli.CommandLine.Command;

/** Without a word behind it, it checks. */
@Command(
    name = "config",
    description = "Check the file of the nightly job, or print one to begin with.",
    footer = {
      "",
      "Examples:",
      "  firkin config example > /etc/firkin/firkin.toml",
      "  firkin config from-btrbk /etc/btrbk/btrbk.conf > /etc/firkin/firkin.toml",
      "  firkin config check"
    })
public final class ConfigCommand implements Action {
  private final Session session;

  public ConfigCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    return new ConfigCheckCommand(session).run();
  }
}
