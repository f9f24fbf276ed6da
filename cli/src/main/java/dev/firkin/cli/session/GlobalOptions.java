package dev.firkin.cli.session;

import static picocli.CommandLine.ScopeType.INHERIT;

import dev.firkin.cli.config.Target;
import dev.firkin.cli.text.Bandwidth;
import dev.firkin.cli.text.KindClass;
import dev.firkin.cli.text.LockPeriod;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.StoreOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command has, before or after its name. Filled by picocli. */
public final class GlobalOptions {
  @Option(
      names = "--repo",
      scope = INHERIT,
      paramLabel = "URL",
      description = "The repository: s3://bucket/prefix, file:///path, or a path (FIRKIN_REPO).")
  Optional<String> repo = Optional.empty();

  @Option(
      names = "--config",
      scope = INHERIT,
      paramLabel = "FILE",
      description = "The file of the nightly job (FIRKIN_CONFIG; /etc/firkin/firkin.toml).")
  Optional<Path> config = Optional.empty();

  @Option(
      names = "--identity-file",
      scope = INHERIT,
      paramLabel = "FILE",
      description = "An age identity that can read the backups; repeatable (FIRKIN_IDENTITY_FILE).")
  List<Path> identityFiles = new ArrayList<>();

  @Option(
      names = "--passphrase-file",
      scope = INHERIT,
      paramLabel = "FILE",
      description = "Holds the passphrase in one line (FIRKIN_PASSPHRASE_FILE).")
  Optional<Path> passphraseFile = Optional.empty();

  @Option(
      names = "--endpoint-url",
      scope = INHERIT,
      paramLabel = "URL",
      description = "The S3 server (AWS_ENDPOINT_URL_S3).")
  Optional<URI> endpointUrl = Optional.empty();

  @Option(
      names = "--region",
      scope = INHERIT,
      paramLabel = "NAME",
      description = "The S3 region (AWS_REGION).")
  Optional<String> region = Optional.empty();

  @Option(
      names = "--profile",
      scope = INHERIT,
      paramLabel = "NAME",
      description = "The profile in ~/.aws (AWS_PROFILE).")
  Optional<String> profile = Optional.empty();

  @Option(
      names = "--path-style",
      negatable = true,
      scope = INHERIT,
      description =
          "Put the bucket into the path instead of the host name, or not (default: with an endpoint"
              + " of one's own).")
  @Nullable Boolean pathStyle;

  @Option(
      names = "--storage-class",
      scope = INHERIT,
      paramLabel = "[KIND=]CLASS",
      description =
          "The S3 storage class of new chunks; repeatable with chunks=, pages= or manifests=.")
  List<KindClass> storageClasses = new ArrayList<>();

  @Option(
      names = "--object-lock",
      scope = INHERIT,
      paramLabel = "DAYS",
      description =
          "Lock new chunks, pages and manifests for so long, in a bucket with Object Lock: 30 or"
              + " 30d.")
  Optional<LockPeriod> objectLock = Optional.empty();

  @Option(
      names = "--object-lock-mode",
      scope = INHERIT,
      paramLabel = "MODE",
      description =
          "governance (default), which who has the permission may end, or compliance, which nobody"
              + " may.")
  Optional<ObjectLock.Mode> objectLockMode = Optional.empty();

  @Option(
      names = "--checksums",
      scope = INHERIT,
      paramLabel = "MODE",
      description = "Checksums sent to S3: default, when_required or none.")
  ChecksumMode checksums = ChecksumMode.DEFAULT;

  @Option(
      names = "--jobs",
      scope = INHERIT,
      paramLabel = "N",
      description = "Chunks worked on at once, 1 to 64 (default: 4).")
  int jobs = 4;

  @Option(
      names = "--max-outage",
      scope = INHERIT,
      paramLabel = "DURATION",
      description =
          "How long to wait for a store that cannot be reached: 10m, 2h, forever (default: forever"
              + " for what may take hours, else 1m).")
  Optional<Duration> maxOutage = Optional.empty();

  @Option(
      names = "--wait",
      scope = INHERIT,
      paramLabel = "DURATION",
      description =
          "How long to wait for another firkin whose work excludes ours; then exit with 4 (default:"
              + " 20m, longer than one that died is in the way).")
  Duration leaseWait = Duration.ofMinutes(20);

  @Option(
      names = "--limit-upload",
      scope = INHERIT,
      paramLabel = "RATE",
      description = "Send no faster than this: 500K or 2M bytes a second, or 20Mbit.")
  Optional<Bandwidth> limitUpload = Optional.empty();

  @Option(
      names = "--limit-download",
      scope = INHERIT,
      paramLabel = "RATE",
      description = "Fetch no faster than this.")
  Optional<Bandwidth> limitDownload = Optional.empty();

  @Option(names = "--json", scope = INHERIT, description = "Print JSON on stdout.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = INHERIT,
      description = "Say nothing but errors and what was asked for.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = INHERIT,
      description = "Say more.")
  boolean verbose;

  @Option(
      names = "--debug",
      scope = INHERIT,
      description = "Print stack traces and what the libraries log.")
  boolean debug;

  /** How the configuration file says a store is spoken to; instead of the options above. */
  Optional<StoreOptions> storeOptions = Optional.empty();

  /**
   * The same, for a repository of the configuration file, and for people.
   *
   * @param outage to wait for a store that cannot be reached, where neither says
   */
  GlobalOptions forTarget(Target target, Optional<Duration> outage) {
    GlobalOptions options = new GlobalOptions();
    options.repo = Optional.of(target.url().toString());
    options.identityFiles = List.copyOf(target.keys().identityFiles());
    options.passphraseFile = target.keys().passphraseFile();
    options.storeOptions = Optional.of(target.storeOptions());
    options.jobs = target.jobs().orElse(jobs);
    options.maxOutage = target.maxOutage().or(() -> maxOutage).or(() -> outage);
    options.leaseWait = leaseWait;
    options.limitUpload = target.limitUpload().or(() -> limitUpload);
    options.limitDownload = target.limitDownload().or(() -> limitDownload);
    options.quiet = quiet;
    options.verbose = verbose;
    options.debug = debug;
    return options;
  }

  /** What new objects are locked with, by the command line or the configuration file. */
  public Optional<ObjectLock> objectLock() {
    return storeOptions.isPresent()
        ? storeOptions.get().objectLock()
        : objectLock.map(period ->
            new ObjectLock(objectLockMode.orElse(ObjectLock.Mode.GOVERNANCE), period.period()));
  }

  /** Whether the command line puts chunks into an archive. */
  public boolean usesArchive() {
    return storageClasses.stream().anyMatch(KindClass::isArchive);
  }

  public int jobs() {
    return jobs;
  }

  public boolean json() {
    return json;
  }

  public boolean quiet() {
    return quiet;
  }

  public boolean verbose() {
    return verbose;
  }

  public boolean debug() {
    return debug;
  }

  /** Refuses values that the parser cannot. */
  public void check() throws UsageException {
    if (jobs < 1 || jobs > 64) {
      throw new UsageException("--jobs " + jobs + " is out of bounds", "use 1 to 64");
    }
    if (objectLockMode.isPresent() && objectLock.isEmpty()) {
      throw new UsageException(
          "--object-lock-mode says how to lock, and nothing is to be locked",
          "say for how long: --object-lock DAYS");
    }
    if (quiet && verbose) {
      throw new UsageException(
          "--quiet and --verbose contradict each other", "use one of the two, or none");
    }
  }
}
