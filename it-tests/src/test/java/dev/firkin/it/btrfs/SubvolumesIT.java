package dev.firkin.it.btrfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.btrfs.Subvolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SubvolumesIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;

  @BeforeEach
  void mount() throws IOException {
    disk = LoopBtrfs.in(folder, 1L << 30, "");
  }

  @AfterEach
  void unmount() throws IOException {
    LoopBtrfs.closeAll(disk);
  }

  @Test
  void tellsWhatBtrfsTells() throws Exception {
    Path origin = disk.subvolume("origin");
    Path snapshot = disk.snapshot(origin, "snapshot");

    SubvolumeInfo info = Subvolumes.info(snapshot);

    String shown = Program.run("btrfs", "subvolume", "show", snapshot);
    assertTrue(shown.contains("UUID: \t\t\t" + info.uuid()), shown);
    assertTrue(shown.contains("Parent UUID: \t\t" + info.parentUuid().orElseThrow()), shown);
    assertTrue(shown.contains("Subvolume ID: \t\t" + info.id()), shown);
    assertTrue(shown.contains("Gen at creation: \t" + info.otransid()), shown);
    assertEquals("snapshot", info.name().toString());
    assertEquals(5, info.containingId());
    assertTrue(info.readOnly());
    assertFalse(Subvolumes.info(origin).readOnly());
    assertEquals(Subvolumes.info(origin).uuid(), info.parentUuid().orElseThrow());
    assertEquals(info.uuid(), info.streamUuid());
    long ageSeconds = System.currentTimeMillis() / 1000 - info.created().getEpochSecond();
    assertTrue(ageSeconds >= 0 && ageSeconds < 120, info.toString());
  }

  @Test
  void saysWhyAPathIsNoSubvolume() throws Exception {
    Path origin = disk.subvolume("origin");
    Path directory = Files.createDirectory(origin.resolve("directory"));
    Path file = Files.createFile(origin.resolve("file"));

    assertProblem("does not exist", disk.path().resolve("missing"));
    assertProblem("no subvolume itself", directory);
    assertProblem("is not a directory", file);
    assertProblem("is not on a btrfs", Path.of("/proc"));
    assertTrue(Subvolumes.isSubvolume(origin));
    for (Path path : List.of(directory, file, Path.of("/proc"), folder.resolve("missing"))) {
      assertFalse(Subvolumes.isSubvolume(path), path.toString());
    }
  }

  @Test
  void listsSubvolumesOfAnyName() throws Exception {
    Path origin = disk.subvolume("two\nlines");
    Path nestedFolder = Files.createDirectory(origin.resolve("folder"));
    Program.run("btrfs", "-q", "subvolume", "create", nestedFolder.resolve("nested"));
    Path latin = RawName.in(disk.path(), "caf\u00e9");
    Path plain = disk.snapshot(origin, "to be renamed");
    // Without ATOMIC_MOVE Java asks first whether the directory is writable, and it is not.
    Files.move(plain, latin, StandardCopyOption.ATOMIC_MOVE);

    BtrfsFilesystem filesystem = BtrfsFilesystem.of(nestedFolder);

    assertEquals(
        List.of("/", "/two\\x0alines", "/two\\x0alines/folder/nested", "/caf\\xe9"),
        filesystem.subvolumes().stream().map(s -> s.fromTop().toString()).toList());
    assertEquals(
        List.of(disk.path(), origin, nestedFolder.resolve("nested"), latin),
        filesystem.subvolumes().stream().map(s -> s.path().orElseThrow()).toList());
    for (BtrfsFilesystem.Listed listed : filesystem.subvolumes()) {
      assertEquals(Subvolumes.info(listed.path().orElseThrow()), listed.info());
    }
  }

  @Test
  void listsMoreThanOneAnswerOfTheKernelHolds() throws Exception {
    for (int i = 0; i < 60; i++) {
      disk.subvolume("subvolume-with-a-rather-long-name-" + i);
    }
    Program.run(
        "btrfs",
        "-q",
        "subvolume",
        "delete",
        "-c",
        disk.path().resolve("subvolume-with-a-rather-long-name-7"));

    assertEquals(1 + 59, BtrfsFilesystem.of(disk.path()).subvolumes().size());
  }

  @Test
  void findsOriginAndSnapshots() throws Exception {
    Path origin = disk.subvolume("origin");
    SubvolumeInfo first = Subvolumes.info(disk.snapshot(origin, "first"));
    disk.snapshot(origin, "second");
    disk.snapshot(disk.subvolume("other"), "of-other");

    BtrfsFilesystem filesystem = BtrfsFilesystem.of(disk.path());

    assertEquals(origin, filesystem.originOf(first).orElseThrow().path().orElseThrow());
    assertEquals(
        List.of("first", "second"),
        filesystem.snapshotsOf(first.parentUuid().orElseThrow()).stream()
            .map(s -> s.info().name().toString())
            .toList());
  }

  @Test
  void namesNestedSubvolumesThatASnapshotLacks() throws Exception {
    Path origin = disk.subvolume("origin");
    Files.createDirectories(origin.resolve("a/b"));
    Program.run("btrfs", "-q", "subvolume", "create", origin.resolve("a/b/nested"));
    Path snapshot = disk.snapshot(origin, "snapshot");
    Program.run("btrfs", "-q", "subvolume", "create", origin.resolve("later"));

    List<String> nested =
        BtrfsFilesystem.of(disk.path()).nestedIn(snapshot, Subvolumes.info(snapshot)).stream()
            .map(Object::toString)
            .toList();

    assertEquals(List.of("a/b/nested"), nested);
  }

  @Test
  void namesSubvolumesNestedInTheTopLevel() throws Exception {
    disk.subvolume("nested");
    Path snapshot = disk.snapshot(disk.path(), "snapshot");

    BtrfsFilesystem filesystem = BtrfsFilesystem.of(disk.path());
    SubvolumeInfo info = Subvolumes.info(snapshot);

    assertEquals(disk.path(), filesystem.originOf(info).orElseThrow().path().orElseThrow());
    assertEquals(
        List.of("nested"),
        filesystem.nestedIn(snapshot, info).stream().map(Object::toString).toList());
  }

  @Test
  void findsPathsThroughAnyMount() throws Exception {
    Path origin = disk.subvolume("origin");
    Program.run("btrfs", "-q", "subvolume", "create", origin.resolve("nested"));
    Path point = disk.mountSubvolume("/origin");

    List<Optional<Path>> paths =
        BtrfsFilesystem.of(point).subvolumes().stream().map(BtrfsFilesystem.Listed::path).toList();

    assertEquals(
        List.of(Optional.of(disk.path()), Optional.of(point), Optional.of(point.resolve("nested"))),
        paths);
  }

  @Test
  void knowsWhatWasReceived() throws Exception {
    try (LoopBtrfs target = LoopBtrfs.in(folder)) {
      Path origin = disk.subvolume("origin");
      Path snapshot = disk.snapshot(origin, "snapshot");
      Path received = Transfers.send(Request.full(snapshot)).restore(target.path());
      target.subvolume("own");

      BtrfsFilesystem filesystem = BtrfsFilesystem.of(target.path());

      assertEquals(1, filesystem.received().size());
      assertEquals(
          List.of(received),
          filesystem.sentAs(Subvolumes.info(snapshot).uuid()).stream()
              .map(s -> s.path().orElseThrow())
              .toList());
      assertEquals(Subvolumes.info(snapshot).uuid(), Subvolumes.info(received).streamUuid());
      assertEquals(Optional.empty(), Subvolumes.info(received).unsafeAsParent());
    }
  }

  @Test
  void provesThatAReceivedSubvolumeWasMadeWritable() throws Exception {
    try (LoopBtrfs target = LoopBtrfs.in(folder)) {
      Path snapshot = disk.snapshot(disk.subvolume("origin"), "snapshot");
      Path received = Transfers.send(Request.full(snapshot)).restore(target.path());

      Program.run("btrfs", "property", "set", "-f", received, "ro", "false");
      assertTrue(Subvolumes.info(received).unsafeAsParent().isPresent());
      Program.run("btrfs", "property", "set", received, "ro", "true");
      Program.run("sync", "-f", received);

      assertTrue(
          Subvolumes.info(received).unsafeAsParent().orElseThrow().contains("made writable"));
      assertEquals(Optional.empty(), Subvolumes.info(received).receivedUuid());
    }
  }

  private static void assertProblem(String expected, Path path) {
    BtrfsException e = assertThrows(BtrfsException.class, () -> Subvolumes.info(path));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.toString());
    assertTrue(e.hint().isPresent(), e.toString());
  }
}
