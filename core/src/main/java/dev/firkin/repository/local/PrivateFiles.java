package dev.firkin.repository.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Files that nobody but their owner can read, written whole or not at all. */
public final class PrivateFiles {
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.tmp");
  private static final Duration LEFTOVER_AFTER = Duration.ofDays(1);

  private PrivateFiles() {}

  /**
   * Replaces a file atomically and durably. Folders above it are made as needed.
   *
   * @return of what was written, also where somebody else has replaced it since
   */
  public static FileStamp write(Path file, byte[] content) throws IOException {
    Path folder = folderOf(file);
    Files.createDirectories(folder, FOLDER_MODE);
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      writeNew(temporary, content);
      FileStamp written = FileStamp.of(temporary);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
      return written;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Makes a file that was not there.
   *
   * @throws FileAlreadyExistsException if it was; nothing was changed
   */
  public static void writeNew(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /**
   * Removes what killed writers left in a folder: files with the names that {@link #write} gives,
   * not changed for a day.
   */
  static void removeLeftovers(Path folder) throws IOException {
    Instant old = Instant.now().minus(LEFTOVER_AFTER);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (TEMPORARY.matcher(file.getFileName().toString()).matches()
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Makes what was renamed in a folder survive a power cut. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException("no file: " + file);
    }
    return folder;
  }
}
