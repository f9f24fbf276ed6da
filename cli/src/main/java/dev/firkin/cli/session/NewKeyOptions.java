package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who is to read what will be stored, beside the public keys that a command takes by name. */
public final class NewKeyOptions {
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

  /** Those named, and those in the files. */
  public List<AgeRecipient> recipients(List<String> named) throws FirkinException {
    return RecipientTexts.parse(named, recipientsFiles);
  }

  public boolean asksPassphrase() {
    return askPassphrase;
  }

  public PassphraseKdf kdf() {
    return kdf;
  }

  /** Refuses two passphrases at once. */
  public void requireOnePassphrase(boolean fromFile) throws UsageException {
    if (fromFile && askPassphrase) {
      throw new UsageException("--passphrase and --passphrase-file are both given", "use one");
    }
  }

  /**
   * The passphrase that is to open what will be stored; the caller closes it.
   *
   * @param fromFile whether the file that is named means it
   */
  public Optional<Passphrase> passphrase(Session session, boolean fromFile) throws FirkinException {
    if (askPassphrase) {
      return Optional.of(session.newPassphrase());
    }
    return fromFile ? session.givenPassphrase() : Optional.empty();
  }
}
