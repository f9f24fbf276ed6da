package dev.firkin.cli.demo;

import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.text.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks before it is too late. */
final class FreeSpace {
  private FreeSpace() {}

  static void require(Path folder, long bytes) throws IOException, FailedException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    if (usable < bytes) {
      throw new FailedException(
          "the demo needs %s, and there are %s in %s; nothing was made"
              .formatted(ByteSize.format(bytes), ByteSize.format(usable), folder),
          "name a folder with more space (--dir DIR), or use --recorded, which needs little");
    }
  }
}
