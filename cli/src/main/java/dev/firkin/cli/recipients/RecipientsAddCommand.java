package dev.firkin.cli.recipients;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.KeyedStore;
import dev.firkin.cli.session.NewKeyOptions;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.Passphrase;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.Repositories.Protection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets others read what is stored from now on. */
@Command(
    name = "add",
    description = "Let others read what is stored from now on.",
    footer = {
      "",
      "Needs the repository secret: a host that has joined, or --identity-file.",
      "",
      "Examples:",
      "  firkin recipients add age1...",
      "  firkin recipients add --passphrase"
    })
public final class RecipientsAddCommand implements Action {
  private final Session session;

  @Parameters(arity = "0..*", paramLabel = "age1...", description = "Public keys.")
  private List<String> recipients = new ArrayList<>();

  @Mixin private final NewKeyOptions keys = new NewKeyOptions();

  public RecipientsAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    List<AgeRecipient> named = keys.recipients(recipients);
    // What the environment names opens the repository.
    boolean passphraseFile = session.passphraseFileGiven(true);
    keys.requireOnePassphrase(passphraseFile);
    if (named.isEmpty() && !passphraseFile && !keys.asksPassphrase()) {
      throw new UsageException(
          "who is to be added is not said", "give age1..., -R FILE, or --passphrase-file FILE");
    }
    try (KeyedStore keyed = session.keyedStore(false)) {
      Optional<Passphrase> passphrase = keys.passphrase(session, passphraseFile);
      try {
        Change change =
            new Recipients(session.folders().knownRepositories())
                .add(
                    keyed.store(),
                    keyed.credentials(),
                    new Protection(named, passphrase, keys.kdf()));
        new RecipientsReport(session).added(change);
      } finally {
        passphrase.ifPresent(Passphrase::close);
      }
    }
    return ExitCode.DONE;
  }
}
