package dev.firkin.btrfs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** Asks about one subvolume. Needs no privileges beyond reading its root directory. */
public final class Subvolumes {
  private static final long GET_SUBVOL_INFO = 0x81f8943cL;
  private static final long ROOT_INODE = 256;

  private Subvolumes() {}

  /**
   * What the kernel knows about the subvolume at {@code path}.
   *
   * @throws BtrfsException where there is nothing, no subvolume, no btrfs, or no permission
   */
  public static SubvolumeInfo info(Path path) throws BtrfsException {
    try {
      inodeOfDirectory(path); // To open what is none may do something.
      try (Libc.OpenFile open = Libc.open(path)) {
        return info(path, open);
      }
    } catch (IOException e) {
      throw explain(path, e);
    }
  }

  /**
   * As {@link #info(Path)}.
   *
   * @param open what {@code path} led to a moment ago
   */
  static SubvolumeInfo info(Path path, Libc.OpenFile open) throws BtrfsException {
    try {
      long inode = inodeOfDirectory(path);
      byte[] answer = containingSubvolume(open);
      if (inode != ROOT_INODE) {
        throw new BtrfsException(
            path + " is a directory inside a btrfs subvolume, but no subvolume itself",
            "name a snapshot; 'btrfs subvolume list " + path + "' shows what there is");
      }
      return SubvolumeLayout.ofInfo(answer)
          .orElseThrow(() ->
              new BtrfsException(
                  path + " is a subvolume without a UUID, made before Linux 3.12",
                  "make a snapshot of it, which gets one"));
    } catch (IOException e) {
      throw explain(path, e);
    }
  }

  /**
   * Whether there is a btrfs subvolume at {@code path}.
   *
   * @throws BtrfsException where that cannot be found out
   */
  public static boolean isSubvolume(Path path) throws BtrfsException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try {
      return infoIfAny(path).isPresent();
    } catch (IOException e) {
      throw explain(path, e);
    }
  }

  /** Empty where the directory at {@code path} is no subvolume, or not on btrfs. */
  static Optional<SubvolumeInfo> infoIfAny(Path path) throws IOException {
    try {
      return inodeOfDirectory(path) == ROOT_INODE
          ? SubvolumeLayout.ofInfo(containingSubvolume(path))
          : Optional.empty();
    } catch (ErrnoException e) {
      if (e.errno() == ErrnoException.ENOTTY || e.errno() == ErrnoException.EOPNOTSUPP) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Checks that {@code directory} is one, on a btrfs filesystem. */
  static void requireOnBtrfs(Path directory) throws BtrfsException {
    try {
      inodeOfDirectory(directory);
      containingSubvolume(directory);
    } catch (IOException e) {
      throw explain(directory, e);
    }
  }

  private static long inodeOfDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      path.getFileSystem().provider().checkAccess(path);
      throw new NotDirectoryException(path.toString());
    }
    return (Long) Files.getAttribute(path, "unix:ino");
  }

  private static byte[] containingSubvolume(Path path) throws ErrnoException {
    try (Libc.OpenFile directory = Libc.open(path)) {
      return containingSubvolume(directory);
    }
  }

  private static byte[] containingSubvolume(Libc.OpenFile directory) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(SubvolumeLayout.INFO_BYTES, Long.BYTES);
      directory.ioctl(GET_SUBVOL_INFO, answer);
      return answer.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  static BtrfsException explain(Path path, IOException e) {
    int errno = e instanceof ErrnoException failed ? failed.errno() : 0;
    if (errno == ErrnoException.ENOENT || e instanceof NoSuchFileException) {
      return new BtrfsException(path + " does not exist", "check the path", e);
    }
    if (errno == ErrnoException.EACCES
        || errno == ErrnoException.EPERM
        || e instanceof AccessDeniedException) {
      return new BtrfsException(path + " may not be read by this user", "run firkin as root", e);
    }
    if (errno == ErrnoException.ENOTTY || errno == ErrnoException.EOPNOTSUPP) {
      return new BtrfsException(
          path + " is not on a btrfs filesystem",
          "firkin sends btrfs snapshots; for other streams use 'firkin push --stdin'",
          e);
    }
    if (e instanceof NotDirectoryException) {
      return new BtrfsException(path + " is not a directory", "name a snapshot", e);
    }
    return new BtrfsException(path + " cannot be examined: " + e.getMessage(), null, e);
  }
}
