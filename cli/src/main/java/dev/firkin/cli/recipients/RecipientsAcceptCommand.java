package dev.firkin.cli.recipients;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.KeyedStore;
import dev.firkin.cli.session.RecipientTexts;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.repository.PinComparison.Verdict;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Recipients.Listed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes this host believe a list that was changed elsewhere. */
@Command(
    name = "accept",
    description = "Make this host believe a list that was changed elsewhere.",
    footer = {
      "",
      "Asks on a terminal; elsewhere --yes, or all recipients that are to be on the list.",
      "",
      "Examples:",
      "  firkin recipients accept",
      "  firkin recipients accept age1... age1..."
    })
public final class RecipientsAcceptCommand implements Action {
  private final Session session;

  @Parameters(
      arity = "0..*",
      paramLabel = "age1...",
      description = "Accept this list and no other.")
  private List<String> recipients = new ArrayList<>();

  @Option(
      names = {"-R", "--recipients-file"},
      paramLabel = "FILE",
      description = "The same, from a file; repeatable.")
  private List<Path> recipientsFiles = new ArrayList<>();

  @Option(names = "--yes", description = "Accept whatever list is there, without a question.")
  private boolean yes;

  public RecipientsAcceptCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    List<AgeRecipient> expected = RecipientTexts.parse(recipients, recipientsFiles);
    if (yes && !expected.isEmpty()) {
      throw new UsageException(
          "--yes accepts any list, and one is given as well", "use one or the other");
    }
    try (KeyedStore keyed = session.keyedStore(true)) {
      Recipients known = new Recipients(session.folders().knownRepositories());
      Listed listed = known.list(keyed.store(), keyed.credentials());
      RecipientsReport report = new RecipientsReport(session);
      if (listed.pin().verdict() == Verdict.CHANGED) {
        report.difference(listed);
        agree(listed, expected);
      }
      known.accept(keyed.store(), listed);
      report.accepted(listed);
    }
    return ExitCode.DONE;
  }

  private void agree(Listed listed, List<AgeRecipient> expected) throws FirkinException {
    if (!expected.isEmpty()) {
      if (!Set.copyOf(expected).equals(Set.copyOf(listed.config().recipients()))) {
        throw new FailedException(
            "the list in the repository is another than the one given; nothing was accepted",
            "'firkin recipients' shows it");
      }
      return;
    }
    if (!yes && !session.confirmed("Trust this list on this host from now on?")) {
      throw new FailedException(
          "the list was not accepted; this host goes on refusing the repository",
          "find out who changed it, and why");
    }
  }
}
