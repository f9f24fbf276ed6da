package dev.firkin.cli.config.btrbk;

import dev.firkin.cli.config.btrbk.BtrbkVolume.Destination;
import dev.firkin.cli.config.btrbk.BtrbkVolume.Kept;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the tables. */
final class TomlWriter {
  /** May stand at the beginning of a file only. */
  private static final char BYTE_ORDER_MARK = 0xFEFF;

  private static final String NOWHERE = "offsite";

  private final StringBuilder text = new StringBuilder();

  /** What is said of a repository, by the first volume that goes there. */
  private record Repository(String name, Destination first) {}

  String text() {
    return text.toString();
  }

  /** Returns the names of the repositories. */
  List<String> write(List<String> calendar, List<BtrbkVolume> volumes, List<BtrbkNote> notes) {
    if (!calendar.isEmpty()) {
      table("retention");
      calendar.forEach(this::line);
    }
    Map<String, Repository> repositories = repositories(volumes, notes);
    repositories.values().forEach(this::repository);
    boolean nowhere = repositories.isEmpty() && !volumes.isEmpty();
    if (nowhere) {
      table("repository." + NOWHERE);
      set("url", BtrbkConversion.FILL_IN + NOWHERE);
    }
    volumes.forEach(volume -> volume(volume, repositories));
    return nowhere
        ? List.of(NOWHERE)
        : repositories.values().stream().map(Repository::name).toList();
  }

  private static Map<String, Repository> repositories(
      List<BtrbkVolume> volumes, List<BtrbkNote> notes) {
    Map<String, Repository> repositories = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    for (BtrbkVolume volume : volumes) {
      for (Destination to : volume.destinations()) {
        Repository there = repositories.get(to.place());
        if (there == null) {
          String last = to.place().replaceFirst("/+$", "").replaceFirst("^.*[/:]", "");
          repositories.put(to.place(), new Repository(Names.unique(last, names), to));
        } else if (!there.first().limit().equals(to.limit())) {
          notes.add(
              new BtrbkNote(
                  to.line(),
                  "target " + to.place() + " for " + volume.subvolume(),
                  "a repository has one rate_limit for all volumes: "
                      + there.first().limit().orElse("no")));
        }
      }
    }
    return repositories;
  }

  private void repository(Repository repository) {
    Destination first = repository.first();
    table("repository." + key(repository.name()));
    comment("was target " + first.place() + " in line " + first.line());
    set("url", BtrbkConversion.FILL_IN + repository.name());
    first.limit().ifPresent(limit -> set("limit_upload", limit));
    kept(first.kept());
  }

  private void volume(BtrbkVolume volume, Map<String, Repository> repositories) {
    String table = "volume." + key(volume.name());
    table(table);
    comment("was in " + volume.was());
    set("subvolume", volume.subvolume());
    set("snapshot_dir", volume.snapshotFolder());
    volume.snapshotName().ifPresent(name -> set("snapshot_name", name));
    set("snapshot_pattern", volume.snapshotPattern().glob());
    set("snapshot_create", volume.snapshotCreate());
    kept(volume.local());
    List<Destination> destinations = volume.destinations();
    if (destinations.size() < repositories.size()) {
      line(
          "repositories = "
              + destinations.stream()
                  .map(d -> quoted(nameOf(d, repositories)))
                  .collect(Collectors.joining(", ", "[", "]")));
    }
    for (Destination to : destinations) {
      Kept usual = Optional.ofNullable(repositories.get(to.place())).orElseThrow().first().kept();
      if (!usual.equals(to.kept())) {
        table(table + ".repository." + key(nameOf(to, repositories)));
        set("preserve_min", to.kept().min());
        if (!to.kept().min().equals("all")) {
          set("preserve", to.kept().preserve());
        }
      }
    }
  }

  private static String nameOf(Destination to, Map<String, Repository> repositories) {
    return Optional.ofNullable(repositories.get(to.place())).orElseThrow().name();
  }

  private void kept(Kept kept) {
    set("preserve_min", kept.min());
    if (!kept.preserve().equals("no")) {
      set("preserve", kept.preserve());
    }
  }

  private void table(String name) {
    line("");
    line("[" + name + "]");
  }

  private void set(String key, String value) {
    line(key + " = " + quoted(value));
  }

  private void comment(String comment) {
    line("# " + printable(comment));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String key(String name) {
    return name.matches("[A-Za-z0-9_-]+") ? name : quoted(name);
  }

  static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c) || c == BYTE_ORDER_MARK) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** For a comment, in which no control character may stand. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }
}
