package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.cli.text.Durations;
import dev.firkin.codec.Codec;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseSlot;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.SecretMissingException;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.MeteredStore;
import dev.firkin.store.decorator.OutageListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run of the program; what commands are made with. */
public final class Session {
  private final Host host;
  private final GlobalOptions options;
  private final Console console;
  private final Interrupts interrupts;
  private final Stores stores;

  public Session(Host host, GlobalOptions options, Interrupts interrupts) {
    this.host = host;
    this.options = options;
    this.console = new Console(host, options);
    this.interrupts = interrupts;
    this.stores = new Stores(host, options, console);
  }

  public Host host() {
    return host;
  }

  public GlobalOptions options() {
    return options;
  }

  public Console console() {
    return console;
  }

  public Interrupts interrupts() {
    return interrupts;
  }

  public Folders folders() {
    return Folders.of(host);
  }

  /** Our name and version, as manifests keep it. */
  public String tool() {
    return "firkin "
        + Optional.ofNullable(Session.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
  }

  /** How long a command bears with a store that is not there, unless it was said. */
  public enum Patience {
    /** Work of hours: goes on when the link is back. */
    FOREVER(Durations.FOREVER),
    /** Somebody waits for the answer. */
    A_MINUTE(Duration.ofMinutes(1));

    private final Duration maxOutage;

    Patience(Duration maxOutage) {
      this.maxOutage = maxOutage;
    }

    Duration maxOutage() {
      return maxOutage;
    }
  }

  /** What a command needs of the repository's contents. */
  public enum Access {
    /** Names, sizes, pages: what a host that pushes can see. */
    METADATA,
    /** The backups themselves. */
    DATA
  }

  /** Opens the repository that the user means. */
  public OpenRepository open(Access access, Patience patience) throws FirkinException {
    return open(access, patience, false, OutageListener.silent());
  }

  /** As the other, and tells a listener of outages beside the user. */
  public OpenRepository open(Access access, Patience patience, OutageListener listener)
      throws FirkinException {
    return open(access, patience, false, listener);
  }

  /** Opens the repository by what was given alone, and remembers its secret. */
  public OpenRepository join() throws FirkinException {
    return open(Access.METADATA, Patience.A_MINUTE, true, OutageListener.silent());
  }

  /**
   * What was opened as it is now: who waited since may hold an old list of recipients.
   *
   * @return what shares its store with the other, which is to be closed
   */
  public OpenRepository again(OpenRepository open, Access access) throws FirkinException {
    Repository now =
        new Repositories(folders().knownRepositories())
            .open(open.repository().store(), open.credentials());
    if (access == Access.DATA && !now.readsData()) {
      throw cannotRead(now.store(), open.credentials());
    }
    return new OpenRepository(now, open.traffic(), open.line(), open.cache(), open.credentials());
  }

  /**
   * The store, made where that is possible, with retries. No call is held back for another, so it
   * is for a few small objects. Who opens it closes it.
   */
  public ObjectStore createStore() throws FirkinException {
    return stores.unpaced(stores.create());
  }

  /** As the other, but only where it is there; whatever it holds. */
  public ObjectStore existingStore() throws FirkinException {
    return stores.unpaced(stores.open());
  }

  /** Whether it is said which repository is meant. */
  public boolean namesRepository() {
    return stores.named().isPresent();
  }

  /**
   * The store of a repository that exists, for commands about who can open it.
   *
   * @param passphraseFileOpens whether the option means the passphrase to open it with; the
   *     environment always does
   */
  public KeyedStore keyedStore(boolean passphraseFileOpens) throws FirkinException {
    Credentials credentials = new Keys(host, options).given(passphraseFileOpens);
    return new KeyedStore(
        stores.paced(stores.open(), new Line(), Patience.A_MINUTE, OutageListener.silent()),
        credentials);
  }

  /** Asks for a yes or a no. */
  public boolean confirmed(String question) throws FirkinException {
    Prompt prompt = new Prompt(host, interrupts);
    if (!prompt.possible()) {
      throw new UsageException(
          "nobody can be asked: stdin or stderr is no terminal; nothing was done",
          "use --yes, or name all recipients that are to be on the list");
    }
    return prompt.confirm(question);
  }

  /** Asks for a passphrase twice. */
  public Passphrase newPassphrase() throws FirkinException {
    Prompt prompt = new Prompt(host, interrupts);
    if (!prompt.possible()) {
      throw new UsageException(
          "a passphrase cannot be asked for: stdin or stderr is no terminal",
          "use --passphrase-file FILE");
    }
    Passphrase passphrase = prompt.ask("New passphrase");
    try (Passphrase again = prompt.ask("The same again")) {
      if (!passphrase.sameAs(again)) {
        throw new FailedException("the two passphrases differ; nothing was made", "try again");
      }
    }
    return passphrase;
  }

  /** Whether a person can be asked. */
  public boolean canAsk() {
    return new Prompt(host, interrupts).possible();
  }

  /**
   * Keeps off whoever's work excludes this one; taken before anything is decided by what the
   * repository holds. Waits as long as the user says.
   *
   * @param work for people: what it is taken for
   */
  public Lease lease(Repository repository, LeaseMode mode, String work)
      throws FirkinException, InterruptedException {
    return repository
        .leases()
        .take(
            mode,
            work,
            host.name(),
            options.leaseWait,
            found -> console.info("firkin: waiting for " + found.describe()));
  }

  /**
   * Whether a passphrase file is named.
   *
   * @param byOptionOnly and not by the environment
   */
  public boolean passphraseFileGiven(boolean byOptionOnly) {
    return options.passphraseFile.isPresent()
        || (!byOptionOnly && host.variable("FIRKIN_PASSPHRASE_FILE").isPresent());
  }

  /** The passphrase that was given by a file. */
  public Optional<Passphrase> givenPassphrase() throws FirkinException {
    return new Keys(host, options).passphrase();
  }

  private OpenRepository open(
      Access access, Patience patience, boolean join, OutageListener listener)
      throws FirkinException {
    Folders folders = folders();
    Credentials credentials = new Keys(host, options).given();
    boolean local = stores.url().scheme().equals("file");
    int zstdLevel = local ? Codec.FAST_ZSTD_LEVEL : Codec.DEFAULT_ZSTD_LEVEL;
    MeteredStore metered = stores.open();
    Line line = local ? Line.wide() : new Line();
    ObjectStore store = stores.paced(metered, line, patience, listener);
    boolean opened = false;
    try {
      Opener opener = new Opener(new Repositories(folders.knownRepositories()), store, join);
      OpenRepository open = opener.open(access, credentials, metered, line, folders);
      opened = true;
      return open.compressing(zstdLevel);
    } finally {
      if (!opened) {
        store.close();
      }
    }
  }

  /** Opens with what was given, and asks for a passphrase where only that is missing. */
  private final class Opener {
    private final Repositories repositories;
    private final ObjectStore store;
    private final boolean join;

    Opener(Repositories repositories, ObjectStore store, boolean join) {
      this.repositories = repositories;
      this.store = store;
      this.join = join;
    }

    OpenRepository open(
        Access access, Credentials given, MeteredStore metered, Line line, Folders folders)
        throws FirkinException {
      Credentials credentials = given;
      Repository repository;
      try {
        repository = open(credentials);
        if (access == Access.DATA && !repository.readsData() && maySlotsHelp(credentials)) {
          credentials = asked(credentials);
          repository = open(credentials);
        }
      } catch (SecretMissingException e) {
        if (!maySlotsHelp(credentials)) {
          throw e;
        }
        credentials = asked(credentials);
        repository = open(credentials);
      }
      if (access == Access.DATA && !repository.readsData()) {
        throw cannotRead(store, credentials);
      }
      return new OpenRepository(
          repository, metered, line, folders.cacheOf(repository.config().id()), credentials);
    }

    private Repository open(Credentials credentials) throws FirkinException {
      return join ? repositories.join(store, credentials) : repositories.open(store, credentials);
    }

    private boolean maySlotsHelp(Credentials credentials) throws FirkinException {
      if (credentials.passphrase().isPresent() || !new Prompt(host, interrupts).possible()) {
        return false;
      }
      AtomicBoolean slots = new AtomicBoolean();
      store.list(
          KeyPrefix.of("keys/"),
          info -> {
            if (PassphraseSlot.parse(info.key().name()).isPresent()) {
              slots.set(true);
            }
          });
      return slots.get();
    }

    private Credentials asked(Credentials credentials) throws FirkinException {
      Passphrase passphrase = new Prompt(host, interrupts).ask("Passphrase of " + store.location());
      return new Credentials(credentials.identities(), Optional.of(passphrase));
    }
  }

  private static FirkinException cannotRead(ObjectStore store, Credentials credentials) {
    return credentials.isEmpty()
        ? new FailedException(
            "this needs to read backups, and no identity was given that can",
            "use --identity-file FILE or --passphrase-file FILE")
        : new FailedException(
            "none of the given keys can read the backups in " + store.location(),
            "use the identity of one of its recipients: 'firkin init' printed them");
  }
}
