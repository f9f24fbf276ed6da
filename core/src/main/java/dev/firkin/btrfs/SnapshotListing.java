package dev.firkin.btrfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * The subvolumes in a folder whose names match a pattern.
 *
 * @param snapshots oldest first, by the file system's own count of transactions: clocks go back
 * @param problems what matches the pattern, or is on the way to it, and could not be examined
 */
public record SnapshotListing(List<Entry> snapshots, List<Problem> problems) {
  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparingLong((Entry e) -> e.info().otransid())
          .thenComparingLong(e -> e.info().id());

  public SnapshotListing {
    snapshots = snapshots.stream().sorted(OLDEST_FIRST).toList();
    problems = List.copyOf(problems);
  }

  /**
   * A subvolume; not always a read-only one.
   *
   * @param name its path from the folder
   */
  public record Entry(String name, Path path, SubvolumeInfo info) {}

  /** Something that nobody knows what it is. */
  public record Problem(Path path, BtrfsException why) {}

  /**
   * Lists the subvolumes in {@code folder}. What is none is passed over, symbolic links as well,
   * and what is deleted meanwhile.
   *
   * @param glob as {@link java.nio.file.FileSystem#getPathMatcher} takes it: {@code home.*}; it may
   *     lead into folders, each of its parts matching one level: {@code * /snapshot} without the
   *     blank
   * @throws BtrfsException where the folder cannot be read, or is on no btrfs
   * @throws IllegalArgumentException if it is no glob
   */
  public static SnapshotListing of(Path folder, String glob) throws BtrfsException {
    List<PathMatcher> levels = levels(glob);
    Subvolumes.requireOnBtrfs(folder);
    Path top = folder.toAbsolutePath().normalize();
    List<Problem> problems = new ArrayList<>();
    List<Path> matching;
    try {
      matching = entries(top, levels.getFirst());
    } catch (IOException e) {
      throw Subvolumes.explain(folder, e);
    }
    for (PathMatcher level : levels.subList(1, levels.size())) {
      matching =
          flatMap(matching, each -> isDirectory(each) ? entries(each, level) : List.of(), problems);
    }
    List<Entry> found =
        flatMap(
            matching,
            each ->
                (isDirectory(each) ? Subvolumes.infoIfAny(each) : Optional.<SubvolumeInfo>empty())
                    .map(info -> new Entry(top.relativize(each).toString(), each, info)).stream()
                        .toList(),
            problems);
    return new SnapshotListing(found, problems);
  }

  /**
   * Checks a pattern.
   *
   * @throws IllegalArgumentException if it is no glob; the message is for people
   */
  public static void requireGlob(String glob) {
    levels(glob);
  }

  @FunctionalInterface
  private interface Look<T> {
    List<T> at(Path path) throws IOException;
  }

  private static <T> List<T> flatMap(List<Path> paths, Look<T> look, List<Problem> problems) {
    List<T> all = new ArrayList<>();
    for (Path path : paths) {
      try {
        all.addAll(look.at(path));
      } catch (IOException e) {
        if (!isGone(e)) {
          problems.add(new Problem(path, Subvolumes.explain(path, e)));
        }
      }
    }
    return all;
  }

  private static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException
        || (e instanceof ErrnoException failed && failed.errno() == ErrnoException.ENOENT);
  }

  private static boolean isDirectory(Path path) throws IOException {
    return FileFacts.of(path).type() == FileFacts.Type.DIRECTORY;
  }

  private static List<Path> entries(Path folder, PathMatcher names) throws IOException {
    List<Path> matching = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, e -> names.matches(e.getFileName()))) {
      entries.forEach(matching::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return matching;
  }

  private static List<PathMatcher> levels(String glob) {
    List<PathMatcher> levels = new ArrayList<>();
    for (String level : glob.split("/", -1)) {
      if (level.isEmpty() || level.equals(".") || level.equals("..")) {
        throw new IllegalArgumentException(
            "'" + glob + "' is no pattern of names in a folder, such as home.* or */snapshot");
      }
      try {
        levels.add(FileSystems.getDefault().getPathMatcher("glob:" + level));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "'" + glob + "' is no pattern: " + e.getDescription(), e);
      }
    }
    return levels;
  }
}
