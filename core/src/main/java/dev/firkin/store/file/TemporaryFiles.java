package dev.firkin.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The folder {@code .tmp} of a store: objects that are being written, and the lock file. It is made
 * with the first write, so that a store on a read-only medium can be read. Safe for many threads.
 */
final class TemporaryFiles {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final int TRANSFER_BYTES = 256 << 10;
  private static final Pattern OURS = Pattern.compile("put-[0-9a-f-]{36}\\.tmp");
  private static final Duration LEFTOVER_AFTER = Duration.ofDays(1);

  private final Path folder;
  private final Folders folders;
  private volatile boolean seen;

  TemporaryFiles(Path root, Folders folders) {
    this.folder = root.resolve(".tmp");
    this.folders = folders;
    this.seen = Files.isDirectory(folder);
  }

  /** Whether the folder was there once and is not now: then the whole store is not there. */
  boolean hasVanished() {
    return seen && !Files.isDirectory(folder);
  }

  /** The folder, made if need be. */
  Path folder() throws IOException {
    folders.ensure(folder);
    seen = true;
    return folder;
  }

  /** Writes a file of its own with what remains of {@code body}, and makes its data durable. */
  Path write(ByteBuffer body) throws IOException {
    Path path = folder().resolve("put-" + UUID.randomUUID() + ".tmp");
    try (FileChannel file =
        FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      int end = body.limit();
      while (body.position() < end) {
        body.limit(Math.min(end, body.position() + TRANSFER_BYTES));
        file.write(body);
      }
      file.force(false);
      return path;
    } catch (IOException e) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException leftover) {
        e.addSuppressed(leftover);
      }
      throw e;
    }
  }

  /**
   * Removes what crashed writers left here: files with the names that {@link #write} gives, not
   * changed for a day. Whoever cannot (no permission, a read-only medium) leaves it to others.
   */
  void removeLeftovers() {
    if (!seen) {
      return;
    }
    Instant old = Instant.now().minus(LEFTOVER_AFTER);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (OURS.matcher(file.getFileName().toString()).matches()
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // Tidying up is no reason to refuse a restore; a disk that is broken will say so itself.
      System.getLogger(TemporaryFiles.class.getName())
          .log(System.Logger.Level.DEBUG, "leftovers in " + folder + " stay", e);
    }
  }
}
