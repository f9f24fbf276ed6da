package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.FailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** A file that appears whole or not at all: written beside its place, then renamed. */
final class NewFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;

  private NewFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  static NewFile create(Path target) throws FirkinException {
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      return new NewFile(
          target,
          temporary,
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    } catch (NoSuchFileException e) {
      throw new FailedException("the folder of " + target + " does not exist", "make it first", e);
    } catch (IOException e) {
      throw failed(target, e);
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
