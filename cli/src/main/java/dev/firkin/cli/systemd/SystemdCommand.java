package dev.firkin.cli.systemd;

import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.UsageException;
import picocli.CommandLine.Command;

/** Takes a word behind it. */
@Command(
    name = "systemd",
    description = "Let systemd run the nightly job.",
    footer = {
      "",
      "Examples:",
      "  firkin systemd install",
      "  firkin systemd install --on-calendar 'Mon..Fri 02:30' --dry-run",
      "  firkin systemd uninstall"
    })
public final class SystemdCommand implements Action {
  @Override
  public ExitCode run() throws UsageException {
    throw new UsageException(
        "what is to be done is not said", "use 'firkin systemd install' or 'uninstall'");
  }
}
