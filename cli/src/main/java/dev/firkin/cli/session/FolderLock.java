package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps two processes of this host from restoring into one folder. Lies in the state folder, so
 * that nothing of ours is left in the user's; held by the process, so that none outlives it.
 */
public final class FolderLock implements AutoCloseable {
  private final Optional<FileChannel> channel;

  private FolderLock(Optional<FileChannel> channel) {
    this.channel = channel;
  }

  /**
   * Locks a folder that exists.
   *
   * @throws BusyException if another process holds the lock
   */
  public static FolderLock acquire(Session session, Path folder) throws FirkinException {
    FileChannel channel;
    try {
      Path locks = Files.createDirectories(session.folders().state().resolve("locks"));
      String name =
          UUID.nameUUIDFromBytes(folder.toRealPath().toString().getBytes(StandardCharsets.UTF_8))
              .toString();
      channel =
          FileChannel.open(
              locks.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      // The state folder is a cache: a broken one must not keep anybody from restoring.
      session.console().debug("no lock on " + folder + ": " + e);
      return new FolderLock(Optional.empty());
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw busy(folder);
      }
      return new FolderLock(Optional.of(channel));
    } catch (OverlappingFileLockException e) {
      throw busy(folder);
    } catch (IOException e) {
      session.console().debug("no lock on " + folder + ": " + e);
      return new FolderLock(Optional.of(channel));
    }
  }

  private static BusyException busy(Path folder) {
    return new BusyException(
        "another firkin restores into " + folder + " right now", "wait until it is done");
  }

  @Override
  public void close() throws FirkinException {
    if (channel.isPresent()) {
      try {
        channel.get().close();
      } catch (IOException e) {
        throw new FailedException("a lock cannot be given back: " + e.getMessage(), null, e);
      }
    }
  }
}
