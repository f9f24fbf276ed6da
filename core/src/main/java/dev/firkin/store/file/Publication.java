package dev.firkin.store.file;

import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * How a file that was written elsewhere gets its name, if a condition holds.
 *
 * <p>"If absent" is {@code link(2)}, atomic by itself. Everything that changes a file that is there
 * happens under one lock file, so that "if it matches" compares and replaces without anyone in
 * between.
 */
final class Publication {
  private final FolderLock lock;

  Publication(FolderLock lock) {
    this.lock = lock;
  }

  /**
   * Publishes a file, on the disk for good when this returns.
   *
   * @param temporary on the same filesystem, and synced; the caller deletes what is left of it
   */
  PutResult publish(Path temporary, Path target, PutCondition condition) throws IOException {
    return switch (condition) {
      case PutCondition.Always() -> replace(temporary, target, Optional.empty());
      case PutCondition.IfMatches match -> replace(temporary, target, Optional.of(match));
      case PutCondition.IfAbsent() -> link(temporary, target);
    };
  }

  private PutResult replace(Path temporary, Path target, Optional<PutCondition.IfMatches> condition)
      throws IOException {
    try (FolderLock.Held _ = lock.acquire()) {
      Optional<FileState> old = FileState.find(target);
      if (condition.isPresent()
          && !old.map(FileState::version).equals(condition.map(PutCondition.IfMatches::version))) {
        return PutResult.refused();
      }
      // Inode numbers come back and clocks tick slowly: a time that only grows makes versions
      // unique even where a file is overwritten twice within a tick.
      FileState now = FileState.of(temporary);
      if (old.isPresent() && now.modified().compareTo(old.get().modified()) <= 0) {
        Files.setLastModifiedTime(temporary, FileTime.from(old.get().modified().plusNanos(1_000)));
        now = FileState.of(temporary);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Folders.sync(target.getParent());
      return PutResult.stored(now.version());
    }
  }

  private PutResult link(Path temporary, Path target) throws IOException {
    FileState now = FileState.of(temporary);
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      // Over NFS the answer to a link that succeeded can get lost, and its repetition be refused:
      // the number of links tells.
      if (FileState.links(temporary) < 2) {
        return refused(target);
      }
    } catch (UnsupportedOperationException | IOException e) {
      return moveIfAbsent(temporary, target, e);
    }
    Folders.sync(target.getParent());
    return PutResult.stored(now.version());
  }

  /**
   * For filesystems without hard links, such as FAT: as atomic as everyone's using the lock. Where
   * the link failed for another reason (a full or broken disk), this fails for the same one.
   */
  private PutResult moveIfAbsent(Path temporary, Path target, Exception linkFailure)
      throws IOException {
    try (FolderLock.Held _ = lock.acquire()) {
      if (Files.exists(target)) {
        return refused(target);
      }
      FileState now = FileState.of(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      Folders.sync(target.getParent());
      return PutResult.stored(now.version());
    } catch (IOException e) {
      e.addSuppressed(linkFailure);
      throw e;
    }
  }

  /** Whoever stored it may not have come to syncing the folder: the caller relies on it now. */
  static PutResult refused(Path target) throws IOException {
    Folders.sync(target.getParent());
    return PutResult.refused();
  }
}
