package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be sent, received or found out with btrfs. */
@Timeout(120)
class BadSnapshotIT {
  private static final int FAILED = 1;

  @TempDir private Path folder;
  private LoopBtrfs disk;
  private Path repository;
  private Path origin;
  private Computer computer;

  @BeforeEach
  void makeRepository() throws Exception {
    disk = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer")).withRepository(repository);
    origin = disk.subvolume("home");
    Files.writeString(origin.resolve("file"), "content");
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk);
  }

  @Test
  void writableSubvolume() throws Exception {
    computer
        .run("push", origin)
        .failed(FAILED, origin.toString(), "read-only", "btrfs subvolume snapshot -r");
    assertNothingStored();
  }

  @Test
  void folderThatIsNoSubvolume() throws Exception {
    Path plain = Files.createDirectory(origin.resolve("folder"));
    computer.run("push", plain).failed(FAILED, plain.toString(), "subvolume");
    computer.here("push", folder).failed(FAILED, folder.toString(), "btrfs");
    computer.here("push", folder.resolve("absent")).failed(FAILED, "does not exist");
    computer.here("push", origin.resolve("file")).failed(FAILED, "file");
    assertNothingStored();
  }

  @Test
  void parentThatTheRepositoryLacks() throws Exception {
    Path parent = disk.snapshot(origin, "monday");
    Path snapshot = disk.snapshot(origin, "tuesday");
    computer.run("push", snapshot, "--parent", parent).failed(FAILED, "monday", "--parent");
    assertNothingStored();
  }

  @Test
  void nestedSubvolumesAreNamedInAWarning() throws Exception {
    Program.run("btrfs", "-q", "subvolume", "create", origin.resolve("nested one"));
    Program.run("btrfs", "-q", "subvolume", "create", origin.resolve("two"));
    Path snapshot = disk.snapshot(origin, "monday");
    Ended pushed = computer.run("push", snapshot).succeeded();
    String warning =
        pushed
            .stderr()
            .lines()
            .filter(l -> l.startsWith("firkin: warning: "))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no warning: " + pushed));
    assertTrue(warning.contains("nested one") && warning.contains("two"), warning);
  }

  /** In a mount namespace of its own, in which there is no such program. */
  @Test
  void btrfsIsNotInstalled() throws Exception {
    Path snapshot = disk.snapshot(origin, "monday");
    String hide = "mount --bind /dev/null \"$(readlink -f \"$(type -P btrfs)\")\"";
    computer
        .shell("unshare -m bash -ec '" + hide + "; exec firkin push " + snapshot + "'")
        .failed(FAILED, "btrfs", "install");
    computer.here("push", snapshot).succeeded();
    computer
        .shell(
            "unshare -m bash -ec '"
                + hide
                + "; exec firkin restore monday --into "
                + disk.path()
                + "'")
        .failed(FAILED, "btrfs", "install");
  }

  @Test
  void notRoot() throws Exception {
    Path snapshot = disk.snapshot(origin, "monday");
    computer.here("push", snapshot).succeeded();
    forEverybody();
    String asNobody = "setpriv --reuid 65534 --regid 65534 --clear-groups firkin ";
    Path next = disk.snapshot(origin, "tuesday");
    computer.shell(asNobody + "push " + next).failed(FAILED, "root");
    Path target = Files.createDirectory(disk.path().resolve("target"));
    computer.shell(asNobody + "restore monday --into " + target).failed(FAILED, "root");
    assertEquals(List.of(), entries(target));
    // What needs no root is not refused.
    computer.shell(asNobody + "list").succeeded();
    computer.shell(asNobody + "restore monday --stdout >/dev/null").succeeded();
  }

  /** Lets another user use what belongs to this computer. */
  private void forEverybody() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("program/lib"));
    Path jar = Computer.jar();
    try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
      for (Path library : libraries.toList()) {
        Files.copy(
            library, lib.resolve(library.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path copy = folder.resolve("program/firkin.jar");
    computer.installFirkin(Files.copy(jar, copy));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Program.run("chown", "-R", "65534:65534", computer.folder(), repository);
  }

  @Test
  void targetIsNoBtrfs() throws Exception {
    computer.here("push", disk.snapshot(origin, "monday")).succeeded();
    Path target = Files.createDirectory(folder.resolve("target"));
    computer.run("restore", "monday", "--into", target).failed(FAILED, "btrfs", "target");
    computer.run("restore", "monday", "--into", folder.resolve("absent")).failed(FAILED, "absent");
    assertEquals(List.of(), entries(target));
  }

  private void assertNothingStored() {
    assertEquals(List.of(), StoredFiles.in(repository, "snapshots"));
    assertEquals(List.of(), StoredFiles.in(repository, "chunks"));
  }

  private static List<Path> entries(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }
}
