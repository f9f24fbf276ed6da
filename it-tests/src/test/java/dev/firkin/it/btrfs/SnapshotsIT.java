package dev.firkin.it.btrfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.SnapshotListing;
import dev.firkin.btrfs.Snapshots;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.sendstream.StreamSummary;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SnapshotsIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;
  private Path origin;
  private Path snapshots;

  @BeforeEach
  void mount() throws IOException {
    disk = LoopBtrfs.in(folder, 1L << 30, "");
    origin = disk.subvolume("origin");
    snapshots = Files.createDirectory(disk.path().resolve("snapshots"));
  }

  @AfterEach
  void unmount() throws IOException {
    LoopBtrfs.closeAll(disk);
  }

  @Test
  void makesReadOnlySnapshotOfAllThatWasWritten() throws Exception {
    byte[] bytes = new byte[3 << 20];
    new Random(7).nextBytes(bytes);
    Files.write(origin.resolve("file"), bytes); // still in memory

    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "o\u00e9 1");

    assertEquals("o\u00e9 1", made.name());
    assertEquals(snapshots.resolve("o\u00e9 1"), made.path());
    assertEquals(Subvolumes.info(made.path()), made.info());
    assertTrue(made.info().readOnly());
    assertEquals(Optional.of(Subvolumes.info(origin).uuid()), made.info().parentUuid());
    assertArrayEquals(bytes, Files.readAllBytes(made.path().resolve("file")));
    Transfers sent = Transfers.send(Request.full(made.path()));
    assertArrayEquals(bytes, sent.data());
  }

  @Test
  void neverReplacesAnything() throws Exception {
    Path file = Files.writeString(snapshots.resolve("file"), "mine");
    Path directory = Files.createDirectory(snapshots.resolve("directory"));
    SubvolumeInfo first = Snapshots.create(origin, snapshots, "first").info();

    for (String taken : List.of("file", "directory", "first")) {
      assertProblem(() -> Snapshots.create(origin, snapshots, taken), "exists already");
    }

    assertEquals("mine", Files.readString(file));
    assertEquals(first, Subvolumes.info(snapshots.resolve("first")));
    try (var entries = Files.list(directory)) {
      assertEquals(0, entries.count());
    }
  }

  @Test
  void saysWhyNoSnapshotWasMade() throws Exception {
    Path plain = Files.createDirectory(origin.resolve("plain"));
    Path readOnly = Snapshots.create(origin, snapshots, "taken").path();
    try (LoopBtrfs other = LoopBtrfs.in(folder)) {
      assertProblem(() -> Snapshots.create(origin, other.path(), "x"), "another file system");
    }
    assertProblem(() -> Snapshots.create(origin, folder, "x"), "not on a btrfs");
    assertProblem(
        () -> Snapshots.create(origin, snapshots.resolve("missing"), "x"), "does not exist");
    assertProblem(
        () -> Snapshots.create(disk.path().resolve("gone"), snapshots, "x"), "does not exist");
    assertProblem(() -> Snapshots.create(plain, snapshots, "x"), "no subvolume itself");
    assertProblem(() -> Snapshots.create(origin, readOnly, "x"), "read-only");
    for (String name : List.of("", ".", "..", "a/b", "a\0", "\u00e9".repeat(128))) {
      assertThrows(
          IllegalArgumentException.class, () -> Snapshots.create(origin, snapshots, name), name);
    }
  }

  @Test
  void deletesTheSnapshotThatWasMeant() throws Exception {
    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "made");
    SnapshotListing.Entry kept = Snapshots.create(origin, snapshots, "kept");

    Snapshots.delete(made.path(), made.info().uuid());

    assertFalse(Files.exists(made.path()));
    assertEquals(kept.info(), Subvolumes.info(kept.path()));
    assertProblem(() -> Snapshots.delete(made.path(), made.info().uuid()), "does not exist");
  }

  @Test
  void deletesWhatIsTheRootOfAMount() throws Exception {
    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "made");
    Path point = disk.mountSubvolume("/snapshots/made");

    Snapshots.delete(point, made.info().uuid());

    assertFalse(Files.exists(made.path()));
  }

  @Test
  void deletesNothingElse() throws Exception {
    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "made");
    SubvolumeUuid uuid = made.info().uuid();
    Path directory = Files.createDirectory(snapshots.resolve("directory"));
    Path file = Files.createFile(snapshots.resolve("file"));
    SubvolumeInfo writable = Subvolumes.info(origin);

    assertProblem(() -> Snapshots.delete(made.path(), writable.uuid()), "not " + writable.uuid());
    assertProblem(() -> Snapshots.delete(origin, uuid), "not " + uuid);
    assertProblem(() -> Snapshots.delete(origin, writable.uuid()), "is writable");
    assertProblem(() -> Snapshots.delete(directory, uuid), "no subvolume itself");
    assertProblem(() -> Snapshots.delete(file, uuid), "not a directory");
    assertProblem(() -> Snapshots.delete(folder, uuid), "not on a btrfs");

    assertEquals(uuid, Subvolumes.info(made.path()).uuid());
    assertTrue(Subvolumes.isSubvolume(origin) && Files.exists(file) && Files.exists(directory));
  }

  @Test
  void deletesNoSnapshotThatHoldsOthers() throws Exception {
    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "made");
    setReadOnly(made.path(), false);
    Files.createDirectory(made.path().resolve("deep"));
    Program.run("btrfs", "-q", "subvolume", "create", made.path().resolve("deep/nested"));
    setReadOnly(made.path(), true);

    assertProblem(
        () -> Snapshots.delete(made.path(), made.info().uuid()), "nested in it: deep/nested");

    assertTrue(Subvolumes.isSubvolume(made.path().resolve("deep/nested")));
  }

  @Test
  void deletesNoSnapshotThatIsBeingSent() throws Exception {
    byte[] bytes = new byte[16 << 20];
    new Random(7).nextBytes(bytes);
    Files.write(origin.resolve("file"), bytes);
    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "made");
    try (BtrfsSend send = BtrfsSend.start(Request.full(made.path()))) {
      send.stream().readNBytes(1 << 20); // The rest does not fit into any pipe.

      assertProblem(() -> Snapshots.delete(made.path(), made.info().uuid()), "sent at the moment");
    }
    assertEquals(made.info().uuid(), Subvolumes.info(made.path()).uuid());
  }

  @Test
  void noticesEachKindOfChange() throws Exception {
    Path file = Files.writeString(origin.resolve("file"), "a");
    Path inPlace = Files.createFile(origin.resolve("in-place"));
    Program.run("chattr", "+C", inPlace);
    Files.write(inPlace, new byte[1 << 16]);
    List<Executable> changes =
        List.of(
            () -> Files.writeString(file, "b"),
            () -> overwrite(inPlace),
            () -> Program.run("setfattr", "-n", "user.a", "-v", "b", file),
            () -> Program.run("chmod", "700", origin),
            () -> Files.createLink(origin.resolve("link"), file),
            () -> Files.delete(origin.resolve("link")),
            () -> Files.setLastModifiedTime(file, FileTime.fromMillis(1)),
            () -> Program.run("btrfs", "-q", "subvolume", "create", origin.resolve("nested")));
    for (int i = 0; i < changes.size(); i++) {
      SubvolumeInfo newest = Snapshots.create(origin, snapshots, "of" + i).info();
      assertFalse(Snapshots.changedSince(origin, newest), "before change " + i);
      Executable change = changes.get(i);
      assertDoesNotThrow(change);
      assertTrue(Snapshots.changedSince(origin, newest), "after change " + i);
    }
  }

  @Test
  void takesNoChangeElsewhereForOne() throws Exception {
    Path nested = origin.resolve("nested");
    Program.run("btrfs", "-q", "subvolume", "create", nested);
    Files.writeString(origin.resolve("file"), "a");
    SnapshotListing.Entry older = Snapshots.create(origin, snapshots, "older");
    SnapshotListing.Entry newest = Snapshots.create(origin, snapshots, "newest");

    Files.writeString(disk.path().resolve("file"), "of the top level");
    Files.writeString(nested.resolve("file"), "of a subvolume of its own");
    Snapshots.delete(older.path(), older.info().uuid());
    Snapshots.create(newest.path(), snapshots, "of-the-snapshot");
    Transfers.send(Request.full(newest.path()));
    Program.run("sync", "-f", origin);

    assertFalse(Snapshots.changedSince(origin, newest.info()));
    assertFalse(Snapshots.changedSince(origin, Subvolumes.info(newest.path())));
  }

  @Test
  void takesTheSnapshotItselfForNoChangeOfTheFolderItIsIn() throws Exception {
    Path inside = Files.createDirectory(origin.resolve("inside"));
    SubvolumeInfo newest = Snapshots.create(origin, inside, "newest").info();

    assertFalse(Snapshots.changedSince(origin, newest));
    Files.writeString(inside.resolve("file"), "a");
    assertTrue(Snapshots.changedSince(origin, newest));
  }

  /** What only the log knew: the kernel raises no ctransid for it. */
  @Test
  void noticesWhatACrashLeftInTheLog() throws Exception {
    Files.writeString(origin.resolve("file"), "a");
    SubvolumeInfo newest = Snapshots.create(origin, snapshots, "newest").info();
    Program.run(
        "dd", "if=/dev/zero", "of=" + origin.resolve("file"), "bs=4k", "count=1", "conv=fsync");

    try (LoopBtrfs after = disk.asAfterCrash("noatime")) {
      Path there = after.path().resolve("origin");
      assertEquals(4096, Files.size(there.resolve("file")));
      assertTrue(Subvolumes.info(there).ctransid() <= newest.otransid(), "no longer so: simplify");
      assertTrue(Snapshots.changedSince(there, newest));
    }
  }

  @Test
  void takesWhatIsNoSnapshotOfItForAChange() throws Exception {
    SubvolumeInfo ofOther = Snapshots.create(disk.subvolume("other"), snapshots, "o").info();
    SnapshotListing.Entry writable = Snapshots.create(origin, snapshots, "w");
    setReadOnly(writable.path(), false);

    assertTrue(Snapshots.changedSince(origin, ofOther));
    assertTrue(Snapshots.changedSince(origin, Subvolumes.info(writable.path())));
    assertFalse(Snapshots.changedSince(origin, writable.info()));
  }

  @Test
  void provesThatASnapshotIsNoLongerWhatWasSent() throws Exception {
    Files.writeString(origin.resolve("file"), "a");
    SnapshotListing.Entry made = Snapshots.create(origin, snapshots, "made");
    long sent = sentCtransid(Transfers.send(Request.full(made.path())));

    setReadOnly(made.path(), false);
    setReadOnly(made.path(), true);
    Program.run("sync", "-f", made.path());
    assertEquals(Optional.empty(), Subvolumes.info(made.path()).unsafeAsParent(sent));
    assertFalse(Subvolumes.info(made.path()).writtenToSinceTaken());

    setReadOnly(made.path(), false);
    Files.writeString(made.path().resolve("file"), "b");
    setReadOnly(made.path(), true);
    Program.run("sync", "-f", made.path());
    SubvolumeInfo info = Subvolumes.info(made.path());
    assertEquals(Optional.empty(), info.unsafeAsParent());
    assertTrue(info.unsafeAsParent(sent).orElseThrow().contains("since it was sent"));
    assertTrue(info.writtenToSinceTaken());
  }

  @Test
  void knowsAReceivedSnapshotThatWasSentOn() throws Exception {
    Files.writeString(origin.resolve("file"), "a".repeat(1 << 16));
    Transfers first = Transfers.send(Request.full(Snapshots.create(origin, snapshots, "a").path()));
    try (LoopBtrfs target = LoopBtrfs.in(folder)) {
      Path received = first.restore(target.path());
      long sent = sentCtransid(Transfers.send(Request.full(received)));
      Program.run("sync", "-f", received);

      SubvolumeInfo info = Subvolumes.info(received);
      assertEquals(Optional.empty(), info.unsafeAsParent(sent));
      assertFalse(info.writtenToSinceTaken());
    }
  }

  private static long sentCtransid(Transfers sent) {
    StreamSummary.BtrfsStream summary = sent.summary();
    return summary.subvolumes().getFirst().ctransid();
  }

  private static void setReadOnly(Path snapshot, boolean readOnly) throws IOException {
    Program.run("btrfs", "property", "set", snapshot, "ro", readOnly);
  }

  private static void overwrite(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE))) {
      channel.write(StandardCharsets.UTF_8.encode("x".repeat(4096)));
    }
  }

  private static void assertProblem(Executable action, String expected) {
    BtrfsException e = assertThrows(BtrfsException.class, action);
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.toString());
    assertTrue(e.hint().isPresent(), e.toString());
  }
}
