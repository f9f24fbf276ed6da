package dev.firkin.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The regular files in a folder, of others' making: it may change meanwhile.
 *
 * @param files how many
 * @param bytes what they hold
 */
record FolderSize(long files, long bytes) {
  private static final FolderSize NOTHING = new FolderSize(0, 0);

  static FolderSize of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return NOTHING;
    }
    Counter counter = new Counter();
    Files.walkFileTree(folder, counter);
    return new FolderSize(counter.files, counter.bytes);
  }

  private static final class Counter extends SimpleFileVisitor<Path> {
    private long files;
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        files++;
        bytes += attributes.size();
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // renamed since its folder was read
      }
      throw e;
    }
  }
}
