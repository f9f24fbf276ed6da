package dev.firkin.cli.config.btrbk;

import dev.firkin.cli.config.btrbk.BtrbkSection.Option;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A {@code btrbk.conf} as a configuration file of firkin.
 *
 * @param toml that the reader takes, where it has a volume
 * @param volumes how many there are in it
 * @param repositories that are in it, whose URLs somebody has to fill in
 * @param notes by line
 */
public record BtrbkConversion(
    String toml, int volumes, List<String> repositories, List<BtrbkNote> notes) {
  /** What the URLs begin with that nobody has filled in. */
  public static final String FILL_IN = "s3://FILL-IN-BUCKET/";

  private static final Set<String> DAYS =
      Set.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

  public BtrbkConversion {
    repositories = List.copyOf(repositories);
    notes = List.copyOf(notes);
  }

  /**
   * Reads whatever can be read of it; never fails.
   *
   * @param source what it is called by in a comment
   */
  public static BtrbkConversion of(String source, String btrbkConf) {
    List<BtrbkNote> notes = new ArrayList<>();
    BtrbkSection root = BtrbkReader.read(btrbkConf, notes);
    List<BtrbkVolume> all = BtrbkVolumes.of(root, notes);
    boolean somewhere = all.stream().anyMatch(v -> !v.destinations().isEmpty());
    List<BtrbkVolume> volumes = new ArrayList<>();
    for (BtrbkVolume volume : all) {
      if (somewhere && volume.destinations().isEmpty()) {
        notes.add(
            new BtrbkNote(
                0, "subvolume " + volume.subvolume(), "left out: it has no target to go to"));
      } else {
        volumes.add(volume);
      }
    }
    TomlWriter writer = new TomlWriter();
    List<String> calendar = calendar(root, notes);
    List<String> repositories = writer.write(calendar, volumes, notes);
    notes.sort(Comparator.comparingInt(BtrbkNote::line));
    return new BtrbkConversion(
        heading(source, notes) + writer.text(), volumes.size(), repositories, notes);
  }

  private static String heading(String source, List<BtrbkNote> notes) {
    StringBuilder text = new StringBuilder();
    text.append("# Made of ").append(TomlWriter.printable(source)).append(" by firkin.\n");
    text.append("# Fill in each url, then: firkin config check\n");
    if (!notes.isEmpty()) {
      text.append("#\n# Not carried over, or not as it was:\n");
      notes.forEach(
          note -> text.append("#   ").append(TomlWriter.printable(note.toString())).append('\n'));
    }
    return text.toString();
  }

  /** One for all: firkin has no other. */
  private static List<String> calendar(BtrbkSection root, List<BtrbkNote> notes) {
    List<String> lines = new ArrayList<>();
    root.option("preserve_hour_of_day")
        .filter(o -> isRight(o, o.value().matches("[01]?[0-9]|2[0-3]"), notes))
        .ifPresent(o -> lines.add("hour_of_day = " + Integer.parseInt(o.value())));
    root.option("preserve_day_of_week")
        .filter(o -> isRight(o, DAYS.contains(o.value().toLowerCase(Locale.ROOT)), notes))
        .ifPresent(o ->
            lines.add("day_of_week = " + TomlWriter.quoted(o.value().toLowerCase(Locale.ROOT))));
    for (String key : new TreeSet<>(List.of("preserve_hour_of_day", "preserve_day_of_week"))) {
      Optional<Option> global = root.option(key);
      root.subvolumes()
          .flatMap(s -> s.option(key).stream())
          .filter(o -> !Optional.of(o).equals(global))
          .distinct()
          .forEach(o ->
              notes.add(
                  new BtrbkNote(
                      o.line(), key + " " + o.value(), "firkin has one for all volumes")));
    }
    return lines;
  }

  private static boolean isRight(Option option, boolean right, List<BtrbkNote> notes) {
    if (!right) {
      notes.add(
          new BtrbkNote(option.line(), option.key() + " " + option.value(), "not understood"));
    }
    return right;
  }
}
