package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.BusyException;
import dev.firkin.cli.session.FailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps two runs on one host apart. The kernel gives it back when its process ends, however. */
final class RunLock implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RunLock.class.getName());

  /** Field 22 of proc(5)'s stat, counted from behind the name. */
  private static final int START_TIME = 19;

  private final FileChannel file;

  private RunLock(FileChannel file) {
    this.file = file;
  }

  /**
   * @throws BusyException if another run has it
   */
  static RunLock take(Path stateFolder) throws FirkinException {
    Path path = stateFolder.resolve("run.lock");
    FileChannel file = null;
    FileLock lock;
    try {
      Files.createDirectories(
          stateFolder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      file =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      lock = tryLock(file);
    } catch (IOException e) {
      close(file);
      throw new FailedException(
          path + " cannot be locked, so another run could not be kept off; nothing was done",
          "may this user write there? (" + e.getMessage() + ")",
          e);
    }
    if (lock == null) {
      close(file);
      throw new BusyException(
          "another 'firkin run' is at work on this host; nothing was done",
          "'firkin status' shows what it is at; wait until it has ended");
    }
    note(file);
    return new RunLock(file);
  }

  /** Who has it, for {@link #holder}. */
  private static void note(FileChannel file) {
    try {
      long pid = ProcessHandle.current().pid();
      String text = String.join(" ", "" + pid, ticks(pid), boot(), Instant.now().toString());
      file.truncate(0);
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody is told who has the lock", e);
    }
  }

  /** When a process began, by a clock that nobody sets. */
  private static String ticks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // Its name may have blanks and brackets in it.
    String behindName = stat.substring(stat.lastIndexOf(')') + 2);
    return behindName.split(" ", -1)[START_TIME];
  }

  private static String boot() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  /** When the run began that is at work now, as far as that can be told without its lock. */
  static Optional<Instant> holder(Path stateFolder) {
    try {
      String[] words = Files.readString(stateFolder.resolve("run.lock")).strip().split(" ", -1);
      return words.length == 4
              && words[1].equals(ticks(Long.parseLong(words[0])))
              && words[2].equals(boot())
          ? Optional.of(Instant.parse(words[3]))
          : Optional.empty();
    } catch (IOException | NumberFormatException | DateTimeParseException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody has the lock", e);
      return Optional.empty();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by another part of this process
    }
  }

  @Override
  public void close() {
    try {
      file.truncate(0);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the lock is given back with a name in it", e);
    }
    close(file);
  }

  private static void close(@Nullable FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "closing the lock", e);
      }
    }
  }
}
