package dev.firkin.cli.config;

import dev.firkin.retention.RetentionCalendar;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/** Makes the records of the tables, and looks for what contradicts each other. */
final class ConfigReader {
  private final Path file;
  private final ZoneId zone;

  ConfigReader(Path file, ZoneId zone) {
    this.file = file;
    this.zone = zone;
  }

  Config read(ObjectNode root, KeyLines lines) throws ConfigException {
    Problems problems = new Problems(lines);
    Section top = new Section(root, List.of(), problems);
    Optional<String> host = top.parsed("host", Values::hostName);
    RetentionCalendar calendar = calendar(top);
    Map<String, Optional<Target>> targets = targets(top, calendar);
    List<VolumeConfig> volumes = volumes(top, calendar, targets);
    Hooks hooks = top.table("hooks").map(ConfigReader::hooks).orElse(Hooks.NONE);
    Optional<Path> metrics = top.table("metrics").flatMap(ConfigReader::metrics);
    top.refuseOthers();
    if (!problems.all().isEmpty()) {
      throw new ConfigException(file, problems.all(), null);
    }
    return new Config(
        file,
        host,
        calendar,
        targets.values().stream().flatMap(Optional::stream).toList(),
        volumes,
        hooks,
        metrics);
  }

  private RetentionCalendar calendar(Section top) {
    Optional<Section> section = top.table("retention");
    if (section.isEmpty()) {
      return RetentionCalendar.standard(zone);
    }
    OptionalInt hour = section.get().number("hour_of_day", 0, 23);
    Optional<DayOfWeek> day = section.get().choice("day_of_week", DayOfWeek.class);
    OptionalInt dayOfMonth = section.get().number("day_of_month", 1, 28);
    section.get().refuseOthers();
    return new RetentionCalendar(zone, hour.orElse(0), day.orElse(DayOfWeek.SUNDAY), dayOfMonth);
  }

  /** By name; empty for one with a mistake: who names it has made none. */
  private static Map<String, Optional<Target>> targets(Section top, RetentionCalendar calendar) {
    Map<String, Optional<Target>> targets = new LinkedHashMap<>();
    Map<String, String> urls = new LinkedHashMap<>();
    top.tables("repository")
        .forEach((name, section) -> {
          Optional<Target> target = new TargetReader(section, calendar).read(name);
          target.ifPresent(t -> {
            String other = urls.putIfAbsent(t.url().toString(), name);
            if (other != null) {
              section.problem(
                  "url",
                  section.named("url") + " is that of [repository." + other + "] as well",
                  "make one of the two: a volume may say what is kept of it there");
            }
          });
          targets.put(name, target);
        });
    if (targets.isEmpty()) {
      top.problem("it says of no repository", "add a table [repository.NAME]");
    }
    return targets;
  }

  private static List<VolumeConfig> volumes(
      Section top, RetentionCalendar calendar, Map<String, Optional<Target>> targets) {
    List<VolumeConfig> volumes = new ArrayList<>();
    Map<String, Section> sections = top.tables("volume");
    sections.forEach((name, section) ->
        new VolumeReader(section, calendar, targets)
            .read(name)
            .ifPresent(volume -> {
              refuseOverlap(volume, volumes, section);
              volumes.add(volume);
            }));
    if (sections.isEmpty()) {
      top.problem("it says of no volume", "add a table [volume.NAME]");
    }
    return volumes;
  }

  private static void refuseOverlap(
      VolumeConfig volume, List<VolumeConfig> before, Section section) {
    for (VolumeConfig other : before) {
      Path folder = volume.snapshotFolder();
      Path otherFolder = other.snapshotFolder();
      if (volume.snapshotPattern().overlaps(folder, other.snapshotPattern(), otherFolder)) {
        section.problem(
            section.has("snapshot_pattern") ? "snapshot_pattern" : "snapshot_name",
            "a snapshot in "
                + (folder.startsWith(otherFolder) ? folder : otherFolder)
                + " could be one of [volume."
                + other.name()
                + "] and of "
                + section.heading()
                + ": "
                + (folder.equals(otherFolder)
                    ? other.snapshotPattern() + " and " + volume.snapshotPattern()
                    : other.snapshotPattern()
                        + " in "
                        + otherFolder
                        + " and "
                        + volume.snapshotPattern()
                        + " in "
                        + folder)
                + " overlap",
            "give one of the two another snapshot_dir, snapshot_name or snapshot_pattern");
        return;
      }
    }
  }

  private static Hooks hooks(Section section) {
    Hooks hooks =
        new Hooks(
            program(section, "before"),
            program(section, "after"),
            section.parsed("ping_url", Values::httpUrl),
            section.parsed("timeout", Values::period).orElse(Hooks.USUAL_TIMEOUT));
    section.refuseOthers();
    return hooks;
  }

  /** A program by its whole path, and its arguments, which may be anything. */
  private static List<String> program(Section section, String key) {
    List<String> words = section.list(key, word -> word).orElse(List.of());
    if (section.has(key) && !words.isEmpty() && !words.getFirst().startsWith("/")) {
      section.problem(
          key,
          section.named(key) + " names a program without its folder: " + words.getFirst(),
          "write its whole path, beginning with /");
    }
    return words;
  }

  private static Optional<Path> metrics(Section section) {
    Optional<Path> metrics = section.parsed("file", Values::absolutePath);
    if (!section.has("file")) {
      section.problem(section.heading() + " names no file", "write file = \"/path/name.prom\"");
    }
    section.refuseOthers();
    return metrics;
  }
}
