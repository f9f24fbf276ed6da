package dev.firkin.cli.recipients;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.KeyedStore;
import dev.firkin.cli.session.Session;
import dev.firkin.repository.PinComparison.Verdict;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Recipients.Listed;
import picocli.CommandLine.Command;

/** Shows the list, and what this host makes of it. */
@Command(
    name = "list",
    description = "Show who can read what is stored, and whether this host believes it.")
public final class RecipientsListCommand implements Action {
  private final Session session;

  public RecipientsListCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    try (KeyedStore keyed = session.keyedStore(true)) {
      Listed listed =
          new Recipients(session.folders().knownRepositories())
              .list(keyed.store(), keyed.credentials());
      new RecipientsReport(session).list(keyed.store(), listed);
      return impossible(listed.pin().verdict()) ? ExitCode.DAMAGED : ExitCode.DONE;
    }
  }

  private static boolean impossible(Verdict verdict) {
    return switch (verdict) {
      case NONE, SAME, CHANGED -> false;
      case ROLLED_BACK, CONTRADICTS, NOT_AUTHENTIC -> true;
    };
  }
}
