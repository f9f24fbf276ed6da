package dev.firkin.it.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks at a folder from outside, while others write to it. */
final class StoredFiles {
  private StoredFiles() {}

  /** Every file below, leftovers of unfinished writes included, and its length. */
  static Map<Path, Long> sizes(Path folder) {
    Map<Path, Long> sizes = new TreeMap<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sizes.put(file, attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // it was renamed or deleted just now
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sizes;
  }

  /** Bytes of all files below. */
  static long bytes(Path folder) {
    return sizes(folder).values().stream().mapToLong(Long::longValue).sum();
  }

  /** The files below one of the folders of a repository, such as {@code chunks}. */
  static List<Path> in(Path repository, String folder) {
    return new ArrayList<>(sizes(repository.resolve(folder)).keySet());
  }
}
