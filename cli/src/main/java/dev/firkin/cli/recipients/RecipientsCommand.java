package dev.firkin.cli.recipients;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import picocli.CommandLine.Command;

/** Without a word behind it, it lists. */
@Command(
    name = "recipients",
    description = "Show and change who can read what is stored from now on.",
    footer = {
      "",
      "Chunks that are stored are never encrypted anew: a new recipient cannot read older ones,",
      "and a removed one can still read them.",
      "",
      "Examples:",
      "  firkin recipients",
      "  firkin recipients add age1...",
      "  firkin recipients remove age1...",
      "  firkin recipients accept        (on every other host)"
    })
public final class RecipientsCommand implements Action {
  private final Session session;

  public RecipientsCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    return new RecipientsListCommand(session).run();
  }
}
