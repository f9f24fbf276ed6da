package dev.firkin.store.file;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Walks folders in the order of keys. Holds what is in one folder per level, never all. */
final class Listing {
  private Listing() {}

  /** Every object under {@code prefix}; a folder that does not exist holds none. */
  static void of(Path root, KeyPrefix prefix, Consumer<ObjectInfo> each) throws IOException {
    Path folder = root.resolve(prefix.value());
    if (Files.isDirectory(folder)) {
      walk(folder, prefix.value(), each);
    } else if (Files.exists(folder) == Files.notExists(folder)) {
      // Neither certain: no permission to look, or the disk does not answer.
      throw new IOException("cannot tell whether " + folder + " exists");
    }
  }

  /** Syncs each folder first: whoever relies on what is listed may do so after a power cut too. */
  private static void walk(Path folder, String prefix, Consumer<ObjectInfo> each)
      throws IOException {
    Folders.sync(folder);
    for (Entry entry : entries(folder)) {
      if (entry.file().isEmpty()) {
        walk(folder.resolve(entry.name()), prefix + entry.name(), each);
        continue;
      }
      Optional<ObjectKey> key = ObjectKey.parse(prefix + entry.name());
      if (key.isPresent()) {
        each.accept(entry.file().get().info(key.get()));
      }
    }
  }

  /**
   * Something in a folder.
   *
   * @param name of a folder with a slash behind it
   * @param file empty where it is a folder
   */
  private record Entry(String name, Optional<FileState> file) {}

  /**
   * What is in a folder, sorted as their keys are: those of folders with their slash, because
   * {@code a-b} comes before {@code a/b}, which comes before {@code ab}.
   */
  private static List<Entry> entries(Path folder) throws IOException {
    List<Entry> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (ObjectKey.parse(name).isPresent()) {
          switch (FileState.look(entry)) {
            case FileState.Kind.Folder folderItself ->
                found.add(new Entry(name + "/", Optional.empty()));
            case FileState.Kind.File file -> found.add(new Entry(name, Optional.of(file.state())));
            case FileState.Kind.Neither neither -> {}
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // Nobody deletes folders of a store: this is no empty folder but a damaged one.
      throw new IOException("folder " + folder + " vanished while it was listed", e);
    }
    found.sort(Comparator.comparing(Entry::name));
    return found;
  }
}
