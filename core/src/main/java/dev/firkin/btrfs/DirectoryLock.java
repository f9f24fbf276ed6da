package dev.firkin.btrfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a directory to one process of this host, by {@code flock} on the directory itself: nothing
 * is left in it, no other folder has to be writable, and the lock ends with its process.
 */
public final class DirectoryLock implements AutoCloseable {
  private final Libc.OpenFile directory;

  private DirectoryLock(Libc.OpenFile directory) {
    this.directory = directory;
  }

  /** The lock, or empty where another process, or another part of this one, holds it. */
  public static Optional<DirectoryLock> tryLock(Path directory) throws BtrfsException {
    try {
      Libc.OpenFile open = Libc.open(directory);
      boolean locked = false;
      try {
        locked = open.tryLock();
        return locked ? Optional.of(new DirectoryLock(open)) : Optional.empty();
      } finally {
        if (!locked) {
          open.close();
        }
      }
    } catch (IOException e) {
      throw Subvolumes.explain(directory, e);
    }
  }

  @Override
  public void close() throws BtrfsException {
    try {
      directory.close();
    } catch (ErrnoException e) {
      throw new BtrfsException("a lock cannot be given back: " + e.getMessage(), null, e);
    }
  }
}
