package dev.firkin.cli.demo;

import dev.firkin.cli.session.Console;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a stage down: mounts, loop devices, files. */
final class StageRemoval {
  private static final Duration BUSY = Duration.ofSeconds(8);

  private final Console console;
  private final Path folder;

  StageRemoval(Console console, Path folder) {
    this.console = console;
    this.folder = folder;
  }

  void run() {
    try {
      unmountAll();
      detachAll();
      deleteAll();
    } catch (IOException | UncheckedIOException e) {
      console.warning("the demo's folder " + folder + " could not be removed: " + e.getMessage());
    }
  }

  private void unmountAll() throws IOException {
    for (Path point : Mounts.below(folder)) {
      // Busy until the last process that looked in has gone.
      boolean done =
          Uninterrupted.await(() -> succeeds("umount", point.toString()) || !mounted(point), BUSY);
      if (!done && !succeeds("umount", "--lazy", point.toString())) {
        throw new IOException(point + " cannot be unmounted");
      }
    }
  }

  /** The kernel detaches a loop device with its mount, unless somebody ended mount halfway. */
  private void detachAll() throws IOException {
    if (!Uninterrupted.await(() -> loopDevices().isEmpty(), Duration.ofSeconds(2))) {
      for (Path device : loopDevices()) {
        succeeds("losetup", "--detach", device.toString());
      }
      if (!Uninterrupted.await(() -> loopDevices().isEmpty(), BUSY)) {
        throw new IOException(loopDevices() + " cannot be detached");
      }
    }
  }

  private void deleteAll() throws IOException {
    Files.walkFileTree(folder, new Deletion());
  }

  private boolean mounted(Path point) {
    try {
      return Mounts.below(folder).contains(point);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> loopDevices() {
    try {
      return Mounts.loopDevices(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean succeeds(String... words) {
    try {
      Process process =
          new ProcessBuilder(Programs.resolve(new ArrayList<>(List.of(words))))
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      return process.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
