package dev.firkin.btrfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/** What lstat(2) says. */
record FileFacts(
    int mode,
    int uid,
    int gid,
    long sizeBytes,
    int links,
    long inode,
    long device,
    FileTime mtime) {
  private static final int FILE_TYPE = 0170000;

  /** The kinds of files. */
  enum Type {
    FIFO(0010000),
    CHARACTER_DEVICE(0020000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    REGULAR(0100000),
    SYMBOLIC_LINK(0120000),
    SOCKET(0140000);

    private final int bits;

    Type(int bits) {
      this.bits = bits;
    }
  }

  static FileFacts of(Path path) throws IOException {
    Map<String, Object> all =
        Files.readAttributes(
            path,
            "unix:mode,uid,gid,size,nlink,ino,rdev,lastModifiedTime",
            LinkOption.NOFOLLOW_LINKS);
    return new FileFacts(
        (int) number(all, "mode"),
        (int) number(all, "uid"),
        (int) number(all, "gid"),
        number(all, "size"),
        (int) number(all, "nlink"),
        number(all, "ino"),
        number(all, "rdev"),
        (FileTime) Objects.requireNonNull(all.get("lastModifiedTime")));
  }

  Type type() {
    for (Type type : Type.values()) {
      if (type.bits == (mode & FILE_TYPE)) {
        return type;
      }
    }
    throw new IllegalStateException("mode " + octalMode());
  }

  String octalMode() {
    return Integer.toOctalString(mode);
  }

  private static long number(Map<String, Object> all, String name) {
    return ((Number) Objects.requireNonNull(all.get(name))).longValue();
  }
}
