package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.text.Durations;
import dev.firkin.codec.Codec;
import dev.firkin.crypt.Passphrase;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.MeteredStore;
import dev.firkin.store.decorator.OutageListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One run of the program; what commands are made with. */
public final class Session {
  private final Host host;
  private final GlobalOptions options;
  private final Console console;
  private final Interrupts interrupts;
  private final Stores stores;

  public Session(Host host, GlobalOptions options, Interrupts interrupts) {
    this(host, options, new Console(host, options), interrupts);
  }

  private Session(Host host, GlobalOptions options, Console console, Interrupts interrupts) {
    this.host = host;
    this.options = options;
    this.console = console;
    this.interrupts = interrupts;
    this.stores = new Stores(host, options, console);
  }

  /**
   * The same run, with one of the repositories of the configuration file as the one that is meant.
   * What is done there is told to people, not as JSON.
   *
   * @param outage how long to wait for a store that cannot be reached, where nothing else says;
   *     empty: as the command that is run there does
   */
  public Session forTarget(Target target, Optional<Duration> outage) {
    return new Session(host, options.forTarget(target, outage), console, interrupts);
  }

  /**
   * The same run, on a host that is called otherwise in the repositories.
   *
   * @param name that its snapshots are recorded with
   */
  public Session onHost(String name) {
    return new Session(host.called(name), options, console, interrupts);
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

  /** The file of the nightly job, whether or not it is there. */
  public Path configFile() {
    return options
        .config
        .or(() -> host.variable("FIRKIN_CONFIG").map(Path::of))
        .orElseGet(() -> folders().configuration().resolve("firkin.toml"));
  }

  /** What the nightly job is told to do. */
  public Config config() throws FirkinException {
    return ConfigFile.read(configFile(), host.zone());
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
      throw Opener.cannotRead(now.store(), open.credentials());
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

  /** Where the repository is that the user means, whether or not it is there. */
  public StoreUrl repositoryUrl() throws FirkinException {
    return stores.url();
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
      Repositories repositories = new Repositories(folders.knownRepositories());
      Opener opener = new Opener(host, interrupts, repositories, store, join);
      OpenRepository open = opener.open(access, credentials, metered, line, folders);
      opened = true;
      return open.compressing(zstdLevel);
    } finally {
      if (!opened) {
        store.close();
      }
    }
  }
}
