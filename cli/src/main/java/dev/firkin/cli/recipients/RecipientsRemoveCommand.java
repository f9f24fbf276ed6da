package dev.firkin.cli.recipients;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.KeyedStore;
import dev.firkin.cli.session.RecipientTexts;
import dev.firkin.cli.session.Session;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Recipients.Change;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Keeps others from reading what is stored from now on. */
@Command(
    name = "remove",
    description = "Keep others from reading what is stored from now on.",
    footer = {
      "",
      "A passphrase is removed by the age1... that 'firkin recipients' shows for it.",
      "",
      "Example:",
      "  firkin recipients remove age1..."
    })
public final class RecipientsRemoveCommand implements Action {
  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "age1...", description = "Public keys.")
  private List<String> recipients = new ArrayList<>();

  public RecipientsRemoveCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    List<AgeRecipient> named = RecipientTexts.parse(recipients, List.of());
    try (KeyedStore keyed = session.keyedStore(true)) {
      Change change =
          new Recipients(session.folders().knownRepositories())
              .remove(keyed.store(), keyed.credentials(), named);
      new RecipientsReport(session).removed(change, named);
    }
    return ExitCode.DONE;
  }
}
