package dev.firkin.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The folders below the root, made durable once per process. Safe for many threads. */
final class Folders {
  private final Path root;
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  Folders(Path root) {
    this.root = root;
    durable.add(root);
  }

  /**
   * Makes sure that {@code folder} is there and stays there after a crash. One that is there
   * already was perhaps made by a process that died before it synced, so that counts only after
   * this process synced it once.
   */
  void ensure(@Nullable Path folder) throws IOException {
    if (folder == null || durable.contains(folder)) {
      return;
    }
    if (!folder.startsWith(root)) {
      throw new IllegalArgumentException(folder + " is not in " + root);
    }
    ensure(folder.getParent());
    try {
      create(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    sync(folder.getParent());
    durable.add(folder);
  }

  /** Makes one folder, for its owner only. */
  static void create(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Makes the names in a folder durable. */
  static void sync(@Nullable Path folder) throws IOException {
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some network filesystems cannot sync folders: there the server decides, as for all else.
      if (!FileProblems.isUnsupported(e)) {
        throw e;
      }
    }
  }
}
