package dev.firkin.cli.recipients;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.KeyedStore;
import dev.firkin.cli.session.RecipientTexts;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.Repositories.Protection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

  @Option(
      names = {"-R", "--recipients-file"},
      paramLabel = "FILE",
      description = "Public keys, one a line, as 'age -R' takes them; repeatable.")
  private List<Path> recipientsFiles = new ArrayList<>();

  @Option(
      names = "--passphrase",
      description = "Ask for a new passphrase on the terminal (else: --passphrase-file).")
  private boolean askPassphrase;

  @Option(
      names = "--kdf",
      paramLabel = "KDF",
      description =
          "How a passphrase becomes a key: bcrypt, or scrypt, which the stock age program opens"
              + " (default: bcrypt).")
  private PassphraseKdf kdf = PassphraseKdf.BCRYPT;

  public RecipientsAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    List<AgeRecipient> named = RecipientTexts.parse(recipients, recipientsFiles);
    // What the environment names opens the repository.
    boolean passphraseFile = session.passphraseFileGiven(true);
    if (passphraseFile && askPassphrase) {
      throw new UsageException("--passphrase and --passphrase-file are both given", "use one");
    }
    if (named.isEmpty() && !passphraseFile && !askPassphrase) {
      throw new UsageException(
          "who is to be added is not said", "give age1..., -R FILE, or --passphrase-file FILE");
    }
    try (KeyedStore keyed = session.keyedStore(false)) {
      Optional<Passphrase> passphrase =
          askPassphrase
              ? Optional.of(session.newPassphrase())
              : passphraseFile ? session.givenPassphrase() : Optional.empty();
      try {
        Change change =
            new Recipients(session.folders().knownRepositories())
                .add(keyed.store(), keyed.credentials(), new Protection(named, passphrase, kdf));
        new RecipientsReport(session).added(change);
      } finally {
        passphrase.ifPresent(Passphrase::close);
      }
    }
    return ExitCode.DONE;
  }
}
