package dev.firkin.cli.demo;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.cli.text.ByteSize;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Whether a restored tree is the original.
 *
 * @param differences the first few
 * @param files regular files, a name each
 * @param bytes in them
 * @param folders the root included
 * @param others links, devices, pipes
 */
record Comparison(
    List<TreeDiff.Difference> differences, long files, long bytes, long folders, long others) {
  private static final int DIFFERENCES_SHOWN = 20;

  Comparison {
    differences = List.copyOf(differences);
  }

  static Comparison of(Path original, Path restored) throws IOException {
    Counter counter = new Counter();
    Files.walkFileTree(original, counter);
    return new Comparison(
        TreeDiff.between(original, restored, DIFFERENCES_SHOWN),
        counter.files,
        counter.bytes,
        counter.folders,
        counter.others);
  }

  boolean identical() {
    return differences.isEmpty();
  }

  /** {@code identical: 412 files, …}. */
  String text() {
    return identical()
        ? "identical: %d files, %d folders, %d links and devices, %s"
            .formatted(files, folders, others, ByteSize.format(bytes))
        : "DIFFERENT in " + differences.size() + " places or more";
  }

  private static final class Counter extends SimpleFileVisitor<Path> {
    private long files;
    private long bytes;
    private long folders;
    private long others;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      folders++;
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        files++;
        bytes += attributes.size();
      } else {
        others++;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
