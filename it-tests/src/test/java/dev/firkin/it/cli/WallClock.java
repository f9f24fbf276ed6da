package dev.firkin.it.cli;

import dev.firkin.it.servers.Requirements;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Optional;

/**
 * The clock on the wall of one computer, which can be set while programs run there: libfaketime
 * gives them another time. Their steady clocks go on, as they do where a real clock is set.
 */
final class WallClock {
  private final Path file;

  private WallClock(Path file) {
    this.file = file;
  }

  /** Of all programs that are started there from now on. It is right at first. */
  static WallClock of(Computer computer) throws IOException {
    Optional<Path> library = library();
    Requirements.need("faketime", library.isPresent(), "no libfaketime: install faketime");
    WallClock clock = new WallClock(computer.folder().resolve("clock"));
    clock.set("+0");
    computer
        .set("LD_PRELOAD", library.orElseThrow().toString())
        .set("FAKETIME_TIMESTAMP_FILE", clock.file.toString())
        .set("FAKETIME_CACHE_DURATION", "1") // it looks at the file once a second
        .set("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .set("DONT_FAKE_MONOTONIC", "1") // its older name
        // The repair for an old glibc lets each wait of a JVM's threads end at once, so that they
        // spin.
        .set("FAKETIME_FORCE_MONOTONIC_FIX", "0")
        .set("NO_FAKE_STAT", "1");
    return clock;
  }

  private static Optional<Path> library() throws IOException {
    try (DirectoryStream<Path> architectures = Files.newDirectoryStream(Path.of("/usr/lib"))) {
      Iterator<Path> each = architectures.iterator();
      while (each.hasNext()) {
        Path library = each.next().resolve("faketime/libfaketimeMT.so.1");
        if (Files.exists(library)) {
          return Optional.of(library);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Sets it; programs that run have noticed a second later.
   *
   * @param offset from the right time, such as {@code -5h}
   */
  void set(String offset) throws IOException {
    Path next = Files.writeString(file.resolveSibling("clock.next"), offset + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
