package dev.firkin.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which entries of a snapshot folder are snapshots of a volume.
 *
 * @param glob a path in the folder, its parts with slashes between: {@code *} is any number of
 *     characters, {@code ?} one, {@code [0-9]} one of a class, {@code [!a]} one of no class; none
 *     of them is a slash. {@code {a,b}} is one or the other, and a backslash takes the meaning off
 *     what follows
 */
public record SnapshotPattern(String glob) {
  private static final int MAX_CHARS = 1024;

  /**
   * @throws IllegalArgumentException if it is none; the message is for people
   */
  public SnapshotPattern {
    if (glob.length() > MAX_CHARS) {
      throw new IllegalArgumentException("a pattern of more than " + MAX_CHARS + " characters");
    }
    for (String part : parts(glob)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException(
            "'" + glob + "' is no path below snapshot_dir, with * and ? in it");
      }
    }
    if (glob.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a pattern with control characters");
    }
    var _ = Glob.parse(glob);
  }

  /** The names that a format makes. */
  public static SnapshotPattern of(SnapshotNameFormat format) {
    return new SnapshotPattern(format.glob());
  }

  private static List<String> parts(String path) {
    return List.of(path.split("/", -1));
  }

  /** How many folders deep its entries lie: 1 for those of the folder itself. */
  public int depth() {
    return parts(glob).size();
  }

  /** Whether an entry, by its path in the folder, is one. */
  public boolean matches(String path) {
    return Glob.anyMatches(Glob.parse(glob), path);
  }

  /**
   * What a snapshot is called: those parts of its path that the pattern does not give. So {@code
   * 12/snapshot} is {@code 12} by the pattern {@code *}{@code /snapshot}, as snapper has it.
   *
   * @return empty where it is none
   */
  public Optional<String> nameOf(String path) {
    if (!matches(path)) {
      return Optional.empty();
    }
    List<String> globs = parts(glob);
    List<String> parts = parts(path);
    List<String> told = new ArrayList<>();
    IntStream.range(0, parts.size())
        .filter(i -> globs.size() == 1 || !globs.get(i).equals(parts.get(i)))
        .mapToObj(parts::get)
        .forEach(told::add);
    return Optional.of(told.isEmpty() ? parts.getLast() : String.join(".", told));
  }

  /** Whether anything could match both, in the same folder. */
  public boolean overlaps(SnapshotPattern other) {
    return Glob.anyOverlaps(Glob.parse(glob), Glob.parse(other.glob));
  }

  /**
   * Whether any path could be matched by this one in its folder, and by another in that one's. A
   * pattern of several parts reaches into the folders below its own.
   *
   * @param folder absolute and normalized, as the other one
   */
  public boolean overlaps(Path folder, SnapshotPattern other, Path otherFolder) {
    if (folder.equals(otherFolder)) {
      return overlaps(other);
    }
    if (folder.startsWith(otherFolder)) {
      return other.overlaps(otherFolder, this, folder);
    }
    return otherFolder.startsWith(folder)
        // No pattern of its own: that may not be so long.
        && Glob.anyOverlaps(
            Glob.parse(glob),
            Glob.parse(Glob.quoted(folder.relativize(otherFolder).toString()) + "/" + other.glob));
  }

  @Override
  public String toString() {
    return glob;
  }
}
