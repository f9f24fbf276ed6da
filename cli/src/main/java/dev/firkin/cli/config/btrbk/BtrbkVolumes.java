package dev.firkin.cli.config.btrbk;

import dev.firkin.cli.config.SnapshotNameFormat;
import dev.firkin.cli.config.SnapshotPattern;
import dev.firkin.cli.config.btrbk.BtrbkSection.Kind;
import dev.firkin.cli.config.btrbk.BtrbkSection.Option;
import dev.firkin.cli.config.btrbk.BtrbkVolume.Destination;
import dev.firkin.cli.config.btrbk.BtrbkVolume.Kept;
import dev.firkin.cli.text.Bandwidth;
import dev.firkin.retention.Preserve;
import dev.firkin.retention.PreserveMin;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is carried over of the subvolumes, and notes for what is not. */
final class BtrbkVolumes {
  private final List<BtrbkNote> notes;
  private final Set<String> names = new HashSet<>();
  private final Set<Integer> noted = new HashSet<>();
  private final List<BtrbkVolume> found = new ArrayList<>();

  private BtrbkVolumes(List<BtrbkNote> notes) {
    this.notes = notes;
  }

  static List<BtrbkVolume> of(BtrbkSection root, List<BtrbkNote> notes) {
    BtrbkVolumes volumes = new BtrbkVolumes(notes);
    root.subvolumes().forEach(volumes::add);
    return volumes.found;
  }

  private void add(BtrbkSection section) {
    Option heading = section.heading();
    Option around = section.within(Kind.VOLUME).heading();
    if (isRemote(around.value()) || isRemote(heading.value())) {
      note(
          isRemote(around.value()) ? around : heading,
          "firkin runs on the host that has the subvolume");
      return;
    }
    if (heading.value().contains("*")) {
      note(heading, "a pattern: name each subvolume");
      return;
    }
    Optional<Option> noauto = section.option("noauto").filter(o -> o.value().equals("yes"));
    if (noauto.isPresent()) {
      note(heading, "left out for its noauto: firkin runs every volume");
      return;
    }
    String base = around.value();
    Option create = section.option("snapshot_create").orElse(new Option(0, "", "always"));
    Optional<String> subvolume = path(base, heading.value());
    Optional<String> folder =
        path(base, section.option("snapshot_dir").map(Option::value).orElse("."));
    if (subvolume.isEmpty() || folder.isEmpty()) {
      note(heading, "where it or its snapshots are is no absolute path");
      return;
    }
    String called =
        section
            .option("snapshot_name")
            .map(Option::value)
            .orElseGet(() -> named(heading.value().equals(".") ? base : heading.value()));
    boolean never = create.value().equals("no");
    SnapshotPattern pattern;
    SnapshotNameFormat format;
    try {
      format = SnapshotNameFormat.parse(called.replace("%", "%%") + "." + timestamp(section));
      pattern = new SnapshotPattern(called.replaceAll("[*?\\[{\\\\]", "[$0]") + ".[0-9]*");
    } catch (IllegalArgumentException e) {
      note(heading, "its snapshots have a name that firkin cannot give");
      return;
    }
    Optional<BtrbkVolume> other =
        found.stream()
            .filter(v -> v.snapshotFolder().equals(folder.get()))
            .filter(v -> v.snapshotPattern().overlaps(pattern))
            .findFirst();
    if (other.isPresent()) {
      note(heading, "its snapshots could be those of " + other.get().subvolume());
      return;
    }
    found.add(
        new BtrbkVolume(
            Names.unique(called, names),
            "line " + heading.line(),
            subvolume.get(),
            folder.get(),
            never ? Optional.empty() : Optional.of(format.format()),
            pattern,
            never ? "never" : created(create),
            kept("snapshot", section::option),
            destinations(section)));
  }

  /** As btrbk calls the snapshots of the root of a filesystem. */
  private static String named(String subvolume) {
    String last = lastPart(subvolume);
    return last.isEmpty() ? "ROOT" : last;
  }

  private String created(Option create) {
    if (create.value().equals("onchange")) {
      return "onchange";
    }
    if (!create.value().equals("always")) {
      note(create, "taken for always");
    }
    return "always";
  }

  private String timestamp(BtrbkSection section) {
    Optional<Option> format = section.option("timestamp_format");
    return switch (format.map(Option::value).orElse("long")) {
      case "short" -> "%Y%m%d";
      case "long" -> "%Y%m%dT%H%M";
      default -> {
        format.ifPresent(f -> note(f, "seconds, but no time zone, in the names of new snapshots"));
        yield "%Y%m%dT%H%M%S";
      }
    };
  }

  private List<Destination> destinations(BtrbkSection section) {
    Map<String, Destination> places = new LinkedHashMap<>();
    section
        .targets()
        .forEach(target -> {
          Option heading = target.heading();
          String place = heading.value().replaceFirst("^(send-receive|raw)\\s+", "");
          if (target
              .optionFor(section, "noauto")
              .filter(o -> o.value().equals("yes"))
              .isPresent()) {
            note(heading, "left out for its noauto: firkin goes to every repository");
            return;
          }
          Function<String, Optional<Option>> options = key -> target.optionFor(section, key);
          places.putIfAbsent(
              place,
              new Destination(place, heading.line(), kept("target", options), limit(options)));
        });
    return List.copyOf(places.values());
  }

  private Optional<String> limit(Function<String, Optional<Option>> options) {
    Optional<Option> limit = options.apply("rate_limit").filter(o -> !o.value().equals("no"));
    return limit.filter(l -> isRight(l, Bandwidth::parse)).map(Option::value);
  }

  private Kept kept(String of, Function<String, Optional<Option>> options) {
    Optional<Option> min =
        options.apply(of + "_preserve_min").filter(o -> isRight(o, PreserveMin::parse));
    Optional<Option> preserve = options.apply(of + "_preserve").map(BtrbkVolumes::lowerCase);
    if (preserve.filter(o -> !isRight(o, Preserve::parse)).isPresent()) {
      return new Kept("all", "no"); // what is not understood must not drop anything
    }
    String kept = min.map(Option::value).orElse("all");
    if (!kept.equals("all")) {
      return new Kept(kept, preserve.map(Option::value).orElse("no"));
    }
    preserve
        .filter(p -> min.isEmpty() && !p.value().equals("no"))
        .ifPresent(p -> note(p, "changes nothing: " + of + "_preserve_min is all"));
    return new Kept("all", "no");
  }

  /** btrbk takes 14D as well as 14d. */
  private static Option lowerCase(Option option) {
    return new Option(option.line(), option.key(), option.value().toLowerCase(Locale.ROOT));
  }

  private boolean isRight(Option option, Consumer<String> parser) {
    try {
      parser.accept(option.value());
      return true;
    } catch (IllegalArgumentException e) {
      note(option, "not understood");
      return false;
    }
  }

  private static boolean isRemote(String place) {
    return !place.startsWith("/") && place.contains(":");
  }

  /** A path in a volume, or an absolute one. */
  private static Optional<String> path(String base, String path) {
    if (base.isEmpty() && !path.startsWith("/")) {
      return Optional.empty();
    }
    try {
      Path joined = Path.of(base + "/" + path).normalize();
      return joined.isAbsolute() ? Optional.of(joined.toString()) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty(); // said by the caller
    }
  }

  private static String lastPart(String path) {
    String trimmed = path.replaceFirst("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /** Each line once. */
  private void note(Option option, String why) {
    if (noted.add(option.line())) {
      notes.add(new BtrbkNote(option.line(), option.key() + " " + option.value(), why));
    }
  }
}
