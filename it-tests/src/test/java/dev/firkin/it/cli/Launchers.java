package dev.firkin.it.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The launcher that users start, beside the program that this build has packaged. */
final class Launchers {
  private Launchers() {}

  /** Copies it, with links to what it starts, into a folder where there is nothing to build. */
  static Path copy(Path root) throws IOException {
    Files.createDirectories(root);
    Path launcher = Files.copy(Path.of("../firkin"), root.resolve("firkin"));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path target = Files.createDirectories(root.resolve("cli/target"));
    for (String part : new String[] {"firkin.jar", "firkin.aot", "lib"}) {
      Files.createSymbolicLink(target.resolve(part), Computer.jar().resolveSibling(part));
    }
    return launcher;
  }
}
