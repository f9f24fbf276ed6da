package dev.firkin.cli.systemd;

import dev.firkin.cli.session.FailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A unit in its folder: only one that firkin wrote is replaced or deleted. */
record UnitFile(Path path) {

  /** What is there now. */
  enum Owner {
    NOBODY,
    FIRKIN,
    SOMEBODY
  }

  Owner owner() throws FailedException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Owner.NOBODY;
    }
    // A unit that was masked is a link to /dev/null: that was somebody's will.
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return Owner.SOMEBODY;
    }
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      String first = reader.readLine();
      return first != null && first.startsWith(Units.MARK) ? Owner.FIRKIN : Owner.SOMEBODY;
    } catch (MalformedInputException noText) {
      return Owner.SOMEBODY;
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  /**
   * Checks that it may be replaced or deleted.
   *
   * @throws FailedException where somebody else made it
   */
  void requireNotSomebodys() throws FailedException {
    if (owner() == Owner.SOMEBODY) {
      throw new FailedException(
          path + " was not written by 'firkin systemd install', and was left as it is",
          "move it away if it is not needed");
    }
  }

  /** Puts it there, whole or not at all, for all to read. */
  void write(String text) throws FailedException {
    Path temporary = path.resolveSibling("." + path.getFileName() + ".new");
    try {
      Files.deleteIfExists(temporary); // of a run that was killed
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        file.force(true);
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      syncFolder();
    } catch (IOException e) {
      throw failed("written", e);
    }
  }

  void delete() throws FailedException {
    try {
      Files.deleteIfExists(path);
      syncFolder();
    } catch (IOException e) {
      throw failed("deleted", e);
    }
  }

  private void syncFolder() throws IOException {
    try (FileChannel folder =
        FileChannel.open(path.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private FailedException failed(String what, IOException e) {
    if (e instanceof AccessDeniedException) {
      return new FailedException(path + " may not be " + what + " by this user", "run as root", e);
    }
    if (e instanceof NoSuchFileException) {
      return new FailedException(
          "the folder of " + path + " does not exist", "is this a system with systemd?", e);
    }
    return new FailedException(path + " cannot be " + what + ": " + e.getMessage(), null, e);
  }
}
