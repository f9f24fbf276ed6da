package dev.firkin.store.file;

import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What tells one content of a file from another without reading it. Every content is a new file
 * that is never changed after it is published, so its inode number, time and length stay.
 */
record FileState(long inode, Instant modified, long bytes) {

  /** What is at a path. */
  sealed interface Kind {
    /** A regular file. */
    record File(FileState state) implements Kind {}

    /** A folder. */
    record Folder() implements Kind {}

    /** Something else, or nothing. */
    record Neither() implements Kind {}
  }

  /** The regular file at {@code path}, or empty if there is none. */
  static Optional<FileState> find(Path path) throws IOException {
    return look(path) instanceof Kind.File(FileState state) ? Optional.of(state) : Optional.empty();
  }

  /** Asks the file system once. */
  static Kind look(Path path) throws IOException {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:ino,size,lastModifiedTime,isRegularFile,isDirectory");
      if ((boolean) attribute(attributes, "isRegularFile")) {
        return new Kind.File(
            new FileState(
                (long) attribute(attributes, "ino"),
                ((FileTime) attribute(attributes, "lastModifiedTime")).toInstant(),
                (long) attribute(attributes, "size")));
      }
      return (boolean) attribute(attributes, "isDirectory")
          ? new Kind.Folder()
          : new Kind.Neither();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new Kind.Neither();
    }
  }

  /** The regular file at {@code path}, which must be there. */
  static FileState of(Path path) throws IOException {
    return find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  /** How many names the file has. */
  static int links(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:nlink");
  }

  private static Object attribute(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("no attribute " + name);
    }
    return value;
  }

  Version version() {
    // By hand: a list of a million files makes a million of them.
    String nanos = Integer.toString(modified.getNano());
    return new Version(
        Long.toHexString(inode)
            + "-"
            + Long.toHexString(modified.getEpochSecond())
            + "."
            + "0".repeat(9 - nanos.length())
            + nanos
            + "-"
            + Long.toHexString(bytes));
  }

  ObjectInfo info(ObjectKey key) {
    return new ObjectInfo(key, bytes, modified, version());
  }
}
