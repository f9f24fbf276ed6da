package dev.firkin.cli.config;

import dev.firkin.cli.config.Target.Keys;
import dev.firkin.cli.text.Bandwidth;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.KindClass;
import dev.firkin.cli.text.LockPeriod;
import dev.firkin.retention.RetentionCalendar;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.StoreUrlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code [repository.NAME]}. */
final class TargetReader {
  private static final Duration PRUNE_EVERY = Duration.ofDays(7);
  private static final Duration PRUNE_GRACE = Duration.ofDays(7);

  private final Section section;
  private final RetentionCalendar calendar;

  TargetReader(Section section, RetentionCalendar calendar) {
    this.section = section;
    this.calendar = calendar;
  }

  /** Empty where the URL is missing or wrong; whatever else is wrong is told and left out. */
  Optional<Target> read(String name) {
    if (!Values.isName(name)) {
      section.problem(
          section.heading() + " is no name for a repository",
          "use letters, digits, - . and _, and a letter or digit first");
    }
    Optional<StoreUrl> url = url();
    StoreOptions options = storeOptions();
    Optional<ObjectLock> lock = objectLock(url);
    options = lock.isPresent() ? options.withObjectLock(lock.get()) : options;
    Keys keys = keys();
    Optional<Bandwidth> up = section.parsed("limit_upload", Bandwidth::parse);
    Optional<Bandwidth> down = section.parsed("limit_download", Bandwidth::parse);
    OptionalInt compression = section.number("compression", 1, 19);
    OptionalInt jobs = section.number("jobs", 1, 64);
    Optional<Duration> maxOutage = section.parsed("max_outage", Durations::parse);
    Optional<PushWindow> window = section.parsed("window", PushWindow::parse);
    RetentionPolicy retention = RetentionReader.read(section, RetentionPolicy.everything(calendar));
    Optional<Duration> every = pruneEvery();
    Duration grace = section.parsed("grace", Values::delay).orElse(PRUNE_GRACE);
    boolean missingParents = section.flag("missing_parents").orElse(false);
    section.refuseOthers();
    StoreOptions its = options;
    return url.map(u ->
        new Target(
            name,
            u,
            its,
            keys,
            up,
            down,
            compression,
            jobs,
            maxOutage,
            window,
            retention,
            every,
            grace,
            missingParents));
  }

  private Optional<StoreUrl> url() {
    if (!section.has("url")) {
      section.problem(
          section.heading() + " has no url",
          "write url = \"s3://bucket/prefix\", or the path of a folder");
    }
    return section.parsed("url", TargetReader::storeUrl);
  }

  private static StoreUrl storeUrl(String text) {
    try {
      StoreUrl url = StoreUrl.parse(text);
      if (url.scheme().equals("file") && !text.contains("://")) {
        Values.absolutePath(text);
      }
      return url;
    } catch (StoreUrlException e) {
      throw new IllegalArgumentException(
          e.getMessage() + e.hint().map(hint -> "; " + hint).orElse(""), e);
    }
  }

  private StoreOptions storeOptions() {
    StoreOptions to = StoreOptions.defaults();
    to = section.parsed("endpoint_url", Values::httpUrl).map(to::withEndpoint).orElse(to);
    to = section.text("region").map(to::withRegion).orElse(to);
    to = section.text("profile").map(to::withProfile).orElse(to);
    to = section.flag("path_style").map(to::withPathStyle).orElse(to);
    for (KindClass each : storageClasses()) {
      to = to.withStorageClass(each.kind(), each.storageClass());
    }
    return section.choice("checksums", ChecksumMode.class).map(to::withChecksums).orElse(to);
  }

  /** Text is the class of chunks; a table has one for each kind. */
  private List<KindClass> storageClasses() {
    if (!section.isTable("storage_class")) {
      return section
          .parsed("storage_class", text -> KindClass.of(ObjectKind.CHUNKS, text))
          .map(List::of)
          .orElse(List.of());
    }
    Section table = section.table("storage_class").orElseThrow();
    List<KindClass> classes = new ArrayList<>();
    for (ObjectKind kind : ObjectKind.values()) {
      if (kind.classed()) {
        table.parsed(kind.word(), text -> KindClass.of(kind, text)).ifPresent(classes::add);
      }
    }
    table.refuseOthers();
    return classes;
  }

  private Optional<ObjectLock> objectLock(Optional<StoreUrl> url) {
    Optional<LockPeriod> period = section.parsed("object_lock", LockPeriod::parse);
    Optional<ObjectLock.Mode> mode = section.choice("object_lock_mode", ObjectLock.Mode.class);
    if (mode.isPresent() && !section.has("object_lock")) {
      section.problem(
          "object_lock_mode",
          section.named("object_lock_mode") + " says how to lock, and nothing is to be locked",
          "write object_lock = \"30d\", or leave the mode out");
    }
    if (period.isPresent() && url.isPresent() && url.get().scheme().equals("file")) {
      section.problem(
          "object_lock",
          section.named("object_lock") + " is for buckets: a folder cannot lock its files",
          "leave it out");
    }
    return period.map(p -> new ObjectLock(mode.orElse(ObjectLock.Mode.GOVERNANCE), p.period()));
  }

  private Keys keys() {
    Optional<List<Path>> identities = section.oneOrMore("identity_file", Values::absolutePath);
    Optional<Path> passphrase = section.parsed("passphrase_file", Values::absolutePath);
    return new Keys(identities.orElse(List.of()), passphrase);
  }

  private Optional<Duration> pruneEvery() {
    Optional<Optional<Duration>> said =
        section.parsed(
            "prune",
            text -> text.equals("never") ? Optional.empty() : Optional.of(Values.period(text)));
    return said.orElse(Optional.of(PRUNE_EVERY));
  }
}
