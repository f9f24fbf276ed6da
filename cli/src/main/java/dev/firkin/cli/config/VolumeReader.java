package dev.firkin.cli.config;

import dev.firkin.cli.config.VolumeConfig.Chain;
import dev.firkin.cli.config.VolumeConfig.SnapshotCreate;
import dev.firkin.cli.text.Durations;
import dev.firkin.retention.RetentionCalendar;
import dev.firkin.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code [volume.NAME]}. */
final class VolumeReader {
  private static final Instant SAMPLE = Instant.parse("2026-01-31T12:34:56Z");
  private static final Duration MAX_AGE = Duration.ofHours(36);

  private final Section section;
  private final RetentionCalendar calendar;
  private final Map<String, Optional<Target>> targets;

  /**
   * @param targets by name; empty for one with a mistake
   */
  VolumeReader(Section section, RetentionCalendar calendar, Map<String, Optional<Target>> targets) {
    this.section = section;
    this.calendar = calendar;
    this.targets = targets;
  }

  /** Empty where it lacks what it cannot be without. */
  Optional<VolumeConfig> read(String name) {
    boolean named = Values.isName(name);
    if (!named) {
      section.problem(
          section.heading() + " is no name for a volume",
          "use letters, digits, - . and _, and a letter or digit first");
    }
    Optional<Path> subvolume = folder("subvolume", "/mnt/pool/home");
    Optional<Path> snapshots = folder("snapshot_dir", "/mnt/pool/.snapshots");
    SnapshotCreate create =
        section.choice("snapshot_create", SnapshotCreate.class).orElse(SnapshotCreate.ALWAYS);
    Optional<SnapshotNameFormat> format =
        section.has("snapshot_name")
            ? section.parsed("snapshot_name", SnapshotNameFormat::parse)
            : named
                ? Optional.of(SnapshotNameFormat.parse(name + ".%Y%m%dT%H%M%S"))
                : Optional.empty();
    Optional<SnapshotPattern> pattern =
        section.has("snapshot_pattern")
            ? section.parsed("snapshot_pattern", SnapshotPattern::new)
            : format.map(SnapshotPattern::of);
    refuseNamesThatContradict(create, format, pattern);
    RetentionPolicy local = RetentionReader.read(section, RetentionPolicy.everything(calendar));
    List<Destination> destinations = destinations();
    Chain chain = section.choice("chain", Chain.class).orElse(Chain.LINEAR);
    Optional<Duration> full = section.parsed("full_every", Values::period);
    if (chain == Chain.TREE && full.isPresent()) {
      section.problem(
          "full_every",
          section.named("full_every") + " contradicts chain = \"tree\", whose chains are short",
          "remove one of the two");
    }
    Duration maxAge = section.parsed("max_age", Durations::parse).orElse(MAX_AGE);
    section.refuseOthers();
    boolean whole =
        subvolume.isPresent()
            && snapshots.isPresent()
            && format.isPresent()
            && pattern.isPresent()
            && !destinations.isEmpty();
    return whole
        ? Optional.of(
            new VolumeConfig(
                name,
                subvolume.get(),
                snapshots.get(),
                format.get(),
                pattern.get(),
                create,
                local,
                destinations,
                chain,
                chain == Chain.TREE ? Optional.empty() : full,
                maxAge))
        : Optional.empty();
  }

  private Optional<Path> folder(String key, String example) {
    if (!section.has(key)) {
      section.problem(
          section.heading() + " has no " + key,
          "write for example " + key + " = \"" + example + "\"");
    }
    return section.parsed(key, Values::absolutePath);
  }

  private void refuseNamesThatContradict(
      SnapshotCreate create,
      Optional<SnapshotNameFormat> format,
      Optional<SnapshotPattern> pattern) {
    if (create == SnapshotCreate.NEVER) {
      if (!section.has("snapshot_pattern")) {
        section.problem(
            "snapshot_create",
            "firkin makes no snapshots in "
                + section.heading()
                + ", and which ones to take is not said",
            "write for example snapshot_pattern = \"home.*\"");
      }
      if (section.has("snapshot_name")) {
        section.problem(
            "snapshot_name",
            section.named("snapshot_name") + " contradicts snapshot_create = \"never\"",
            "remove it: snapshot_pattern says which snapshots to take");
      }
      return;
    }
    if (format.isPresent() && pattern.isPresent()) {
      String sample = format.get().name(SAMPLE, calendar.zone(), name -> false);
      if (!pattern.get().matches(sample)) {
        section.problem(
            "snapshot_pattern",
            section.named("snapshot_pattern")
                + " does not match what firkin calls its snapshots, such as "
                + sample,
            "make it match, or change snapshot_name");
      }
    }
  }

  private List<Destination> destinations() {
    List<String> names =
        section.list("repositories", name -> name).orElse(List.copyOf(targets.keySet()));
    if (section.has("repositories") && names.isEmpty()) {
      section.problem(
          "repositories",
          section.named("repositories") + " names none",
          "name one at least, or remove it: then it is all of them");
    }
    if (new HashSet<>(names).size() < names.size()) {
      section.problem(
          "repositories", section.named("repositories") + " names one twice", "remove one");
    }
    List<Destination> destinations = new ArrayList<>();
    Map<String, Section> own = section.tables("repository");
    for (String name : names) {
      if (!targets.containsKey(name)) {
        unknownRepository(name);
      }
      Optional<Target> target = targets.getOrDefault(name, Optional.empty());
      RetentionPolicy there =
          target.map(Target::retention).orElse(RetentionPolicy.everything(calendar));
      RetentionPolicy here =
          Optional.ofNullable(own.get(name))
              .map(table -> RetentionReader.read(table, there))
              .orElse(there);
      target.ifPresent(t -> destinations.add(new Destination(t, here)));
    }
    own.forEach((name, table) -> {
      if (names.contains(name)) {
        table.refuseOthers();
      } else {
        table.problem(
            table.heading() + " is of a repository that this volume does not go to",
            Similar.to(name, names)
                .map(similar -> "did you mean \"" + similar + "\"?")
                .orElse("it goes to: " + String.join(", ", names)));
      }
    });
    return destinations;
  }

  private void unknownRepository(String name) {
    section.problem(
        "repositories",
        section.named("repositories")
            + " names \""
            + Problems.shortened(name)
            + "\", which is no repository",
        Similar.to(name, targets.keySet())
            .map(similar -> "did you mean \"" + similar + "\"?")
            .orElse("add a table [repository." + Problems.shortened(name) + "]"));
  }
}
