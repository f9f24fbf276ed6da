package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Compares two trees: names in bytes, types, mode, owner, times of modification to the nanosecond,
 * device numbers, hard links, targets of symbolic links, all extended attributes, contents.
 *
 * <p>Not compared: the time of the root directory, which {@code btrfs receive} does not restore
 * reliably, nor atime, ctime and otime, nor the size and number of links of directories. The stubs
 * of nested subvolumes count as absent, for they are not part of what is sent.
 */
public final class TreeDiff {
  private final Path first;
  private final Path second;
  private final int atMost;
  private final List<Difference> differences = new ArrayList<>();
  private final Map<Long, StreamPath> firstLinks = new HashMap<>();
  private final Map<Long, StreamPath> secondLinks = new HashMap<>();

  /**
   * One thing that differs.
   *
   * @param path from the roots; empty for the roots themselves
   * @param what differs, and how
   */
  public record Difference(StreamPath path, String what) {
    @Override
    public String toString() {
      return (path.lengthBytes() == 0 ? "." : path) + ": " + what;
    }
  }

  private TreeDiff(Path first, Path second, int atMost) {
    this.first = first;
    this.second = second;
    this.atMost = atMost;
  }

  /**
   * Compares two trees, which must not change meanwhile.
   *
   * @param atMost so many differences are looked for
   * @return empty where they are equal
   */
  public static List<Difference> between(Path first, Path second, int atMost) throws IOException {
    TreeDiff diff = new TreeDiff(first, second, atMost);
    diff.compare(StreamPath.of(""));
    return List.copyOf(diff.differences);
  }

  private void compare(StreamPath path) throws IOException {
    Path here = RawPath.resolve(first, path.toBytes());
    Path there = RawPath.resolve(second, path.toBytes());
    FileFacts left = FileFacts.of(here);
    FileFacts right = FileFacts.of(there);
    same(path, "mode", left.octalMode(), right.octalMode());
    if (left.type() != right.type()) {
      return;
    }
    same(path, "uid", left.uid(), right.uid());
    same(path, "gid", left.gid(), right.gid());
    if (path.lengthBytes() > 0) {
      same(path, "mtime", left.mtime(), right.mtime());
    }
    same(path, "extended attributes", Xattrs.of(here), Xattrs.of(there));
    if (left.type() != FileFacts.Type.DIRECTORY) {
      same(path, "number of links", left.links(), right.links());
      same(
          path,
          "hard link to",
          firstLink(firstLinks, left, path),
          firstLink(secondLinks, right, path));
    }
    switch (left.type()) {
      case DIRECTORY -> compareEntries(path, here, there);
      case REGULAR -> compareContents(path, here, there);
      case SYMBOLIC_LINK ->
          same(path, "target", Files.readSymbolicLink(here), Files.readSymbolicLink(there));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> same(path, "device", left.device(), right.device());
      case FIFO, SOCKET -> {
        // Nothing but their attributes.
      }
    }
  }

  private void compareContents(StreamPath path, Path here, Path there) throws IOException {
    long mismatch = Files.mismatch(here, there);
    if (mismatch >= 0) {
      report(
          path,
          "contents of %d and %d bytes differ from byte %d"
              .formatted(Files.size(here), Files.size(there), mismatch));
    }
  }

  private void compareEntries(StreamPath path, Path here, Path there) throws IOException {
    SortedSet<StreamPath> left = entries(here, path);
    SortedSet<StreamPath> right = entries(there, path);
    SortedSet<StreamPath> all = new TreeSet<>(left);
    all.addAll(right);
    for (StreamPath entry : all) {
      if (differences.size() >= atMost) {
        return;
      }
      if (!right.contains(entry)) {
        report(entry, "only in " + first);
      } else if (!left.contains(entry)) {
        report(entry, "only in " + second);
      } else {
        compare(entry);
      }
    }
  }

  /** The paths, from the root, of what is in a directory. */
  private static SortedSet<StreamPath> entries(Path directory, StreamPath path) throws IOException {
    SortedSet<StreamPath> entries = new TreeSet<>();
    int rootBytes = RawPath.bytes(directory).length - path.lengthBytes();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        if (FileFacts.of(entry).inode() != BtrfsFilesystem.STUB_INODE) {
          byte[] bytes = RawPath.bytes(entry);
          int start = path.lengthBytes() == 0 ? rootBytes + 1 : rootBytes;
          entries.add(StreamPath.of(Arrays.copyOfRange(bytes, start, bytes.length)));
        }
      }
    }
    return entries;
  }

  /** Two trees have the same hard links where each file's first path is the same. */
  private static StreamPath firstLink(
      Map<Long, StreamPath> seen, FileFacts facts, StreamPath path) {
    return facts.links() > 1 ? seen.computeIfAbsent(facts.inode(), inode -> path) : path;
  }

  private void same(StreamPath path, String what, Object left, Object right) {
    if (!left.equals(right)) {
      report(path, what + " differs: " + left + " and " + right);
    }
  }

  private void report(StreamPath path, String what) {
    if (differences.size() < atMost) {
      differences.add(new Difference(path, what));
    }
  }
}
