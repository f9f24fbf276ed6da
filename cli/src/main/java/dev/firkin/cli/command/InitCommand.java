package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.NewKeyOptions;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.StoreWords;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.Passphrase;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.Repository;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.probe.StoreProbe;
import dev.firkin.store.probe.StoreTraits;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a repository. */
@Command(
    name = "init",
    description = "Make a repository.",
    footer = {
      "",
      "One of --recipient, --passphrase-file, --passphrase and --no-encryption is needed.",
      "A bucket must exist before; a folder is made.",
      "",
      "Examples:",
      "  firkin keygen -o firkin.key",
      "  firkin init --repo s3://bucket/backups --recipient age1...",
      "  firkin init --repo /mnt/usb/backups --passphrase"
    })
public final class InitCommand implements Action {
  private final Session session;

  @Option(
      names = {"-r", "--recipient"},
      paramLabel = "age1...",
      description = "A public key that backups are encrypted to; repeatable.")
  private List<String> recipients = new ArrayList<>();

  @Mixin private final NewKeyOptions newKeys = new NewKeyOptions();

  @Option(
      names = "--no-encryption",
      description = "Whoever can read the store can read the backups.")
  private boolean noEncryption;

  @Option(
      names = "--chunk-size",
      paramLabel = "SIZE",
      description = "Average size of a chunk: a power of two from 64K to 4M (default: 1M).")
  private String chunkSize = "1M";

  public InitCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    ChunkerParameters chunker = chunker();
    Protection protection = protection();
    try (ObjectStore store = session.createStore()) {
      Repositories repositories = new Repositories(session.folders().knownRepositories());
      repositories.requireNone(store);
      StoreTraits traits = StoreProbe.brief(store);
      requireLists(store, traits);
      Repository repository = repositories.create(store, chunker, protection);
      new RepositoryReport(session).made(repository, traits);
      warn(traits);
      if (repository.config().encrypted()) {
        warn(protection);
      }
    } finally {
      protection.passphrase().ifPresent(Passphrase::close);
    }
    return ExitCode.DONE;
  }

  /** Two hosts could not see each other's leases: refused before anything is made. */
  private static void requireLists(ObjectStore store, StoreTraits traits) throws FirkinException {
    if (!traits.listsAtOnce() || !traits.readsNewest()) {
      throw new FailedException(
          store.location() + " does not show at once what was written to it; nothing was made",
          "use a store that does, as S3, Ceph, MinIO and local disks do");
    }
  }

  private void warn(StoreTraits traits) {
    if (!traits.conditions()) {
      session
          .console()
          .warning(
              "this store does not keep conditions of writers (If-None-Match, If-Match): "
                  + StoreWords.WITHOUT_CONDITIONS);
    }
    traits
        .deletion()
        .ifPresent(refusal ->
            session.console().warning(refusal.getMessage() + ": " + StoreWords.WITHOUT_DELETION));
  }

  private ChunkerParameters chunker() throws UsageException {
    try {
      return ChunkerParameters.ofAverage(Math.toIntExact(ByteSize.parse(chunkSize)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UsageException(
          "--chunk-size " + chunkSize + ": " + e.getMessage(),
          "use a power of two from 64K to 4M, such as 1M");
    }
  }

  private Protection protection() throws FirkinException {
    List<AgeRecipient> keys = newKeys.recipients(recipients);
    // What the environment names is there for opening, and no wish for a slot beside recipients.
    boolean otherwiseSaid = !keys.isEmpty() || newKeys.asksPassphrase() || noEncryption;
    boolean passphraseFile = session.passphraseFileGiven(otherwiseSaid);
    boolean encrypts = !keys.isEmpty() || passphraseFile || newKeys.asksPassphrase();
    if (noEncryption) {
      if (encrypts) {
        throw new UsageException(
            "--no-encryption contradicts a recipient or a passphrase", "use one or the other");
      }
      return Protection.NONE;
    }
    if (!encrypts) {
      throw new UsageException(
          "how the backups are to be encrypted is not said; nothing was made",
          "use --recipient age1... ('firkin keygen' makes a key), or --passphrase-file FILE, or,"
              + " if whoever can read the store may read the backups, --no-encryption");
    }
    newKeys.requireOnePassphrase(passphraseFile);
    return new Protection(keys, newKeys.passphrase(session, passphraseFile), newKeys.kdf());
  }

  private void warn(Protection protection) {
    session
        .console()
        .warning(
            (protection.recipients().isEmpty()
                    ? "without the passphrase"
                    : protection.passphrase().isPresent()
                        ? "without one of the recipients' identities, or the passphrase,"
                        : "without the identity of one of its recipients")
                + " nothing in this repository can ever be read again, by anyone: keep a copy of it"
                + " away from this machine, and the fingerprint with it");
  }
}
