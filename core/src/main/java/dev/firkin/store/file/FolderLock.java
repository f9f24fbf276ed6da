package dev.firkin.store.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock per store, between threads and between processes. A process that dies gives it back; it
 * is held for the time of a rename, never while bytes are written.
 */
final class FolderLock {
  // A process holds a file lock as a whole, and loses it when any channel to the file is closed:
  // so the threads of all stores on one folder take turns first.
  private static final ConcurrentHashMap<Path, ReentrantLock> IN_PROCESS =
      new ConcurrentHashMap<>();

  private final TemporaryFiles temporaries;

  FolderLock(TemporaryFiles temporaries) {
    this.temporaries = temporaries;
  }

  /** Waits for the lock. */
  Held acquire() throws IOException {
    Path path = temporaries.folder().resolve("lock");
    ReentrantLock threads = IN_PROCESS.computeIfAbsent(path, p -> new ReentrantLock());
    try {
      threads.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              TemporaryFiles.OWNER_ONLY);
      FileLock lock = channel.lock();
      return new Held(threads, channel, lock);
    } catch (IOException | RuntimeException e) {
      try {
        if (channel != null) {
          channel.close();
        }
      } finally {
        threads.unlock();
      }
      throw e;
    }
  }

  /** The lock, until it is closed by the thread that acquired it. */
  static final class Held implements AutoCloseable {
    private final ReentrantLock threads;
    private final FileChannel channel;
    private final FileLock lock;

    private Held(ReentrantLock threads, FileChannel channel, FileLock lock) {
      this.threads = threads;
      this.channel = channel;
      this.lock = lock;
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        if (lock.isValid()) {
          lock.release();
        }
      } finally {
        threads.unlock();
      }
    }
  }
}
