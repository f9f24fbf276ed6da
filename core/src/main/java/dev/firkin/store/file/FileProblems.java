package dev.firkin.store.file;

import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreFullException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link IOException} means for a store in a folder: the one place that knows.
 *
 * <p>The JDK gives most error numbers only as the text of {@code strerror(3)}, in the language of
 * the user. So what decides over data is never read from that text; the words here only make
 * passing failures retryable and hints better, where the language is English.
 */
final class FileProblems {
  private static final List<String> UNSUPPORTED =
      List.of(
          "operation not supported",
          "not supported",
          "function not implemented",
          "invalid argument");
  // What network filesystems say while the server is away.
  private static final List<String> PASSING =
      List.of(
          "connection timed out",
          "connection refused",
          "connection reset",
          "host is down",
          "no route to host",
          "network is unreachable",
          "resource temporarily unavailable",
          "no locks available",
          "transport endpoint is not connected",
          "stale file handle");

  private static final long ALMOST_NOTHING_BYTES = 1 << 20;

  private final String location;
  private final Path root;

  FileProblems(String location, Path root) {
    this.location = location;
    this.root = root;
  }

  /** Whether the filesystem does not know this operation. */
  static boolean isUnsupported(IOException e) {
    return says(e, UNSUPPORTED);
  }

  private static boolean says(IOException e, List<String> words) {
    String text =
        String.valueOf(e instanceof FileSystemException fs ? fs.getReason() : e.getMessage())
            .toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(text::contains);
  }

  /**
   * @param done what could not be done, as in "could not be written"
   */
  StoreException explain(@Nullable ObjectKey key, String done, IOException e) {
    String what =
        (key == null ? location : "object " + key + " in " + location) + " could not be " + done;
    if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
      Thread.currentThread().interrupt();
      return new StoreInterruptedException(location, key, what + ": interrupted", null, e);
    }
    if (!Files.isDirectory(root)) {
      return new NoSuchStoreException(
          location,
          key,
          what + ": the folder " + root + " is gone",
          "mount the disk it is on again",
          e);
    }
    if (e instanceof AccessDeniedException) {
      return new StoreRefusedException(
          location,
          key,
          what + ": no permission for " + e.getMessage(),
          "run it as the user who owns " + root,
          e);
    }
    if (e instanceof FileAlreadyExistsException) {
      return new StoreException(
          location,
          key,
          what + ": " + e.getMessage() + " is in the way",
          "an object cannot have the name of a folder: look what it is, and move it elsewhere",
          e);
    }
    if (says(e, List.of("no space left", "disk quota exceeded")) || isFull()) {
      return new StoreFullException(
          location,
          key,
          what + ": " + reason(e) + "; what is stored already is kept",
          "make room on the disk of " + root + ", then run the same command again",
          e);
    }
    if (says(e, List.of("read-only file system")) || isReadOnly()) {
      return new StoreException(
          location,
          key,
          what + ": it is mounted read-only",
          "remount it writable; a disk that became read-only by itself may be failing: see dmesg",
          e);
    }
    return says(e, PASSING)
        ? new StoreUnavailableException(location, key, what + ": " + reason(e), null, e)
        : new StoreException(
            location, key, what + ": " + reason(e), "look for disk errors in dmesg", e);
  }

  /**
   * What it means that the bytes of a file that is open cannot be read. Where nothing else is the
   * matter that is damage of this object, as a disk has it, and no reason to give up the others.
   */
  StoreException unreadable(ObjectKey key, IOException e) {
    boolean explained =
        e instanceof ClosedByInterruptException || !Files.isDirectory(root) || says(e, PASSING);
    return explained
        ? explain(key, "read", e)
        : ObjectDamagedException.unreadable(location, key, reason(e), e);
  }

  private boolean isFull() {
    try {
      return Files.getFileStore(root).getUsableSpace() < ALMOST_NOTHING_BYTES;
    } catch (IOException e) {
      return false; // only a better hint is lost
    }
  }

  private boolean isReadOnly() {
    try {
      return Files.getFileStore(root).isReadOnly();
    } catch (IOException e) {
      return false; // only a better hint is lost
    }
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException fs ? fs.getReason() : e.getMessage();
    return reason == null || reason.isBlank() ? e.toString() : reason;
  }
}
