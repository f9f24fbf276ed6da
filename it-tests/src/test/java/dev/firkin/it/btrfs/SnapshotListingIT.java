package dev.firkin.it.btrfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.SnapshotListing;
import dev.firkin.btrfs.Snapshots;
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
class SnapshotListingIT {
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
  void listsWhatMatchesOldestFirst() throws Exception {
    for (String name : List.of("home.3", "home.1", "root.1", "home.2")) {
      Snapshots.create(origin, snapshots, name);
    }
    Program.run("btrfs", "-q", "subvolume", "snapshot", origin, snapshots.resolve("home.writable"));

    SnapshotListing listing = SnapshotListing.of(snapshots, "home.*");

    assertEquals(List.of("home.3", "home.1", "home.2", "home.writable"), names(listing));
    assertEquals(List.of(), listing.problems());
    for (SnapshotListing.Entry entry : listing.snapshots()) {
      assertEquals(snapshots.resolve(entry.name()), entry.path());
      assertEquals(Subvolumes.info(entry.path()), entry.info());
      assertEquals(Optional.of(Subvolumes.info(origin).uuid()), entry.info().parentUuid());
      assertEquals(!entry.name().equals("home.writable"), entry.info().readOnly());
    }
    assertEquals(
        List.of("home.1", "root.1"), names(SnapshotListing.of(snapshots, "{home,root}.[0-1]")));
  }

  @Test
  void listsWhatWasReceived() throws Exception {
    Path sent = Snapshots.create(origin, snapshots, "home.1").path();
    try (LoopBtrfs target = LoopBtrfs.in(folder)) {
      Path received = Transfers.send(Request.full(sent)).restore(target.path());

      SnapshotListing listing = SnapshotListing.of(target.path(), "home.*");

      assertEquals(
          List.of(received),
          listing.snapshots().stream().map(SnapshotListing.Entry::path).toList());
      assertEquals(
          Optional.of(Subvolumes.info(sent).uuid()),
          listing.snapshots().getFirst().info().receivedUuid());
    }
  }

  @Test
  void passesOverWhatIsNoSubvolume() throws Exception {
    Path made = Snapshots.create(origin, snapshots, "home.1").path();
    Files.createFile(snapshots.resolve("home.file"));
    Files.createDirectory(snapshots.resolve("home.directory"));
    Files.createSymbolicLink(snapshots.resolve("home.link"), made);
    Files.createSymbolicLink(snapshots.resolve("home.nowhere"), Path.of("gone"));
    Program.run("mkfifo", snapshots.resolve("home.fifo"));

    SnapshotListing listing = SnapshotListing.of(snapshots, "home.*");

    assertEquals(List.of("home.1"), names(listing));
    assertEquals(List.of(), listing.problems());
  }

  @Test
  void leadsIntoFoldersWhereThePatternDoes() throws Exception {
    for (String number : List.of("10", "9")) {
      Snapshots.create(origin, Files.createDirectory(snapshots.resolve(number)), "snapshot");
    }
    Files.createFile(snapshots.resolve("info.xml"));
    Files.createDirectory(snapshots.resolve("11"));

    SnapshotListing listing = SnapshotListing.of(snapshots, "*/snapshot");

    assertEquals(List.of("10/snapshot", "9/snapshot"), names(listing));
    assertEquals(List.of(), listing.problems());
  }

  @Test
  void listsNamesOfAnyBytes() throws Exception {
    Path latin = RawName.in(snapshots, "home.caf\u00e9");
    Path plain = Snapshots.create(origin, snapshots, "plain").path();
    // Without ATOMIC_MOVE Java asks first whether the directory is writable, and it is not.
    Files.move(plain, latin, StandardCopyOption.ATOMIC_MOVE);

    SnapshotListing listing = SnapshotListing.of(snapshots, "home.*");

    assertEquals(
        List.of(latin), listing.snapshots().stream().map(SnapshotListing.Entry::path).toList());
  }

  /** In a folder so deep that the path of one entry is longer than the kernel takes. */
  @Test
  void oneEntryThatCannotBeExaminedHidesNoOther() throws Exception {
    Path deep = snapshots;
    while (deep.toString().length() < 3850) {
      deep = deep.resolve("d".repeat(100));
    }
    Files.createDirectories(deep);
    Snapshots.create(origin, deep, "home.1");
    Program.run("sh", "-c", "cd \"$0\" && mkdir \"$1\"", deep, "home." + "y".repeat(250));

    SnapshotListing listing = SnapshotListing.of(deep, "home.*");

    assertEquals(List.of("home.1"), names(listing));
    assertEquals(1, listing.problems().size());
    SnapshotListing.Problem problem = listing.problems().getFirst();
    assertTrue(problem.path().startsWith(deep), problem.toString());
    assertTrue(String.valueOf(problem.why().getMessage()).contains("cannot be examined"));
  }

  @Test
  void refusesWhatIsNoPatternOrNoFolder() {
    for (String glob : List.of("", "/", "/home.*", "a//b", "../x", "a/.", "[", "{a", "a\\")) {
      assertThrows(IllegalArgumentException.class, () -> SnapshotListing.of(snapshots, glob), glob);
    }
    assertThrows(BtrfsException.class, () -> SnapshotListing.of(snapshots.resolve("missing"), "*"));
    assertThrows(BtrfsException.class, () -> SnapshotListing.of(folder, "*"));
  }

  private static List<String> names(SnapshotListing listing) {
    return listing.snapshots().stream().map(SnapshotListing.Entry::name).toList();
  }
}
