package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.FailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A file that appears whole or not at all: written beside its place, then renamed. While it is
 * written it is locked, so that what a killed run left can be told from what is under way.
 */
final class NewFile implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(NewFile.class.getName());
  private static final String PREFIX = ".firkin-partial-";
  private static final int RANDOM_BYTES = 4;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;

  private NewFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  static NewFile create(Path target) throws FirkinException {
    removeLeftovers(target);
    try {
      while (true) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Path temporary = target.resolveSibling(prefix(target) + HexFormat.of().formatHex(random));
        FileChannel channel =
            FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // Between making and locking it somebody else may have taken it for a leftover.
        if (!isTaken(channel) && Files.exists(temporary)) {
          return new NewFile(target, temporary, channel);
        }
        channel.close();
        Files.deleteIfExists(temporary);
      }
    } catch (NoSuchFileException e) {
      throw new FailedException("the folder of " + target + " does not exist", "make it first", e);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Of a fixed length, whatever the target's name is, and of this target only. */
  private static String prefix(Path target) {
    byte[] name = String.valueOf(target.getFileName()).getBytes(StandardCharsets.UTF_8);
    return PREFIX + UUID.nameUUIDFromBytes(name) + "-";
  }

  /** Whether nobody else holds it, and nobody else can from now on. */
  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Where a file system has no locks, nobody can hold one, and nothing is called a leftover. */
  private static boolean isTaken(FileChannel channel) {
    try {
      return !lock(channel);
    } catch (IOException noLocksHere) {
      return false;
    }
  }

  /** Removes what killed runs left of this target; what cannot be removed is in nobody's way. */
  private static void removeLeftovers(Path target) {
    Path folder = target.toAbsolutePath().resolveSibling("");
    Pattern leftover = Pattern.compile(Pattern.quote(prefix(target)) + "[0-9a-f]{8}");
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder,
            f ->
                leftover.matcher(String.valueOf(f.getFileName())).matches()
                    && Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))) {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          if (lock(channel)) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(System.Logger.Level.DEBUG, "leftovers of " + target + " stay", e);
    }
  }

  OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /** Makes what was written durable and gives it its name. */
  void publish(boolean replace) throws FirkinException {
    try {
      channel.force(true);
      if (replace) {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        publishAsNew();
      }
      try (FileChannel folder =
          FileChannel.open(target.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (FileAlreadyExistsException e) {
      throw new FailedException(
          target + " appeared meanwhile and was not overwritten", "use --force", e);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** A link, unlike a rename, fails where something has appeared there meanwhile. */
  private void publishAsNew() throws IOException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException noLinksHere) {
      // FAT, for example. What was fetched is worth more than the moment between looking and
      // moving.
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Files.delete(temporary);
  }

  /** Removes what was not published. */
  @Override
  public void close() throws FirkinException {
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw failed(temporary, e);
    }
  }

  private static FailedException failed(Path file, IOException e) {
    return new FailedException(
        file + " cannot be written: " + e.getMessage(), "is there space, and permission?", e);
  }
}
