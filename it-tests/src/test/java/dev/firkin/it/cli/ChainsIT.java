package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Which parent a delta gets, what people call a snapshot, and what a restore needs not do. */
@Timeout(240)
class ChainsIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path repository;
  private Path home;
  private TreeMaker tree;
  private Computer computer;

  @BeforeEach
  void makeTree() throws Exception {
    disk = LoopBtrfs.in(folder);
    target = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer")).withRepository(repository);
    home = disk.subvolume("home");
    tree = new TreeMaker(home, 6);
    tree.fill(50, 100_000);
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  private Path next(String name) throws IOException {
    tree.mutate(20);
    return disk.snapshot(home, name);
  }

  @Test
  void parentIsTheNewestThatBothSidesHave() throws Exception {
    Path day1 = next("day1");
    Path day2 = next("day2");
    Path day3 = next("day3");
    computer.here("push", day1, day2).succeeded();
    assertEquals("", parentOf("day1"));
    assertEquals(uuid(day1), parentOf("day2"));

    Program.run("btrfs", "-q", "subvolume", "delete", "-c", day2); // no longer on this disk
    computer.here("push", day3).succeeded();
    assertEquals(uuid(day1), parentOf("day3"));

    Path day4 = next("day4"); // never pushed, so no parent for the next
    Path day5 = next("day5");
    computer.here("push", day5).succeeded();
    assertEquals(uuid(day3), parentOf("day5"));
    assertTrue(Files.exists(day4));

    Path day6 = next("day6");
    computer.here("push", day6, "--parent", "none").succeeded();
    assertEquals("", parentOf("day6"));
    Path day7 = next("day7");
    computer.here("push", day7, "--parent", day1).succeeded();
    assertEquals(uuid(day1), parentOf("day7"));
  }

  /** It was writable in between: whoever restores has what it was. */
  @Test
  void whatWasChangedSinceItWasSentIsNoParent() throws Exception {
    Path day1 = next("day1");
    Path day2 = next("day2");
    computer.here("push", day1, day2).succeeded();
    change(day2);
    Path day3 = next("day3");

    computer.run("push", day3, "--parent", day2).failed(1, "since it was sent");
    Ended pushed = computer.run("push", day3).succeeded();

    assertEquals(uuid(day1), parentOf("day3"));
    assertTrue(pushed.stderr().contains("changed, or deduplicated, since it was sent"));
    computer.here("restore", "day3", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(day3, target.path().resolve("day3"), 20));
  }

  private static void change(Path snapshot) throws Exception {
    Program.run("btrfs", "property", "set", "-ts", snapshot, "ro", "false");
    Files.writeString(snapshot.resolve("added"), "since it was sent");
    Program.run("btrfs", "property", "set", "-ts", snapshot, "ro", "true");
  }

  /** On the disk that they were taken on, what has the uuid is something else by now. */
  @Test
  void whatWasChangedSinceItWasSentIsReceivedAnew() throws Exception {
    Path day1 = next("day1");
    Path day2 = next("day2");
    computer.here("push", day1, day2).succeeded();
    computer.here("restore", "day2", "--into", target.path()).succeeded();
    change(day1);
    Program.run("btrfs", "-q", "subvolume", "delete", "-c", day2);
    Path folder = Files.createDirectory(disk.path().resolve("restored"));

    Ended restored = computer.run("restore", "day2", "--into", folder).succeeded();

    assertTrue(restored.stderr().contains(day1 + " is not what is stored"), restored::toString);
    for (String day : List.of("day1", "day2")) {
      assertEquals(
          List.of(), TreeDiff.between(target.path().resolve(day), folder.resolve(day), 20), day);
    }
  }

  /** By means that leave its received UUID, by which a receive looks for the parent of a delta. */
  @Test
  void noDeltaGoesOnWhatWasReceivedAndIsWritable() throws Exception {
    Path day1 = next("day1");
    Path day2 = next("day2");
    computer.here("push", day1, day2).succeeded();
    computer.here("restore", "day1", "--into", target.path()).succeeded();
    Path received = target.path().resolve("day1");
    Program.run(
        "python3",
        "-c",
        "import fcntl, os, sys\n"
            + "fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x4008941A, bytes(8))",
        received);
    Files.writeString(received.resolve("added"), "since it was received");
    assertEquals(
        Optional.of(uuid(day1)), Subvolumes.info(received).receivedUuid().map(Object::toString));

    computer.run("restore", "day2", "--into", target.path()).failed(1, "is not what is stored");

    assertFalse(Files.exists(target.path().resolve("day2")));
    Program.run("btrfs", "-q", "subvolume", "delete", "-c", received);
    computer.here("restore", "day2", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(day2, target.path().resolve("day2"), 20));
  }

  /** Deltas go by its uuid: with other content under it they would restore to something else. */
  @Test
  void whatWasChangedSinceItWasSentMendsNothing() throws Exception {
    Path day1 = next("day1");
    computer.here("push", day1).succeeded();
    String sha256 = sha256("day1");
    change(day1);
    for (Path chunk : StoredFiles.in(repository, "chunks")) {
      Files.delete(chunk);
    }

    Ended mended = computer.run("push", "--repair", day1);
    assertEquals(5, mended.status(), mended::toString);
    assertTrue(mended.stderr().contains("since it was sent"), mended::toString);

    assertEquals(sha256, sha256("day1"));
  }

  private String sha256(String name) throws Exception {
    Ended shown = computer.here("show", name, "--json").succeeded();
    return shown.json().get("snapshot").get("sha256").stringValue();
  }

  @Test
  void restoreSkipsWhatWasReceived() throws Exception {
    List<Path> days = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      days.add(next("day" + i));
      computer.here("push", days.getLast()).succeeded();
    }
    computer.here("restore", "day2", "--into", target.path()).succeeded();
    assertFalse(Files.exists(target.path().resolve("day3")));

    Ended second = computer.run("restore", "home@latest", "--into", target.path(), "--json");
    second.succeeded();
    assertEquals(1, second.json().get("snapshots").size(), second::toString);
    Ended third = computer.run("restore", "day3", "--into", target.path(), "--json").succeeded();
    assertEquals(0, third.json().get("snapshots").size(), third::toString);

    for (Path day : days) {
      Path restored = target.path().resolve(day.getFileName());
      assertEquals(List.of(), TreeDiff.between(day, restored, 20));
      assertTrue(Subvolumes.info(restored).readOnly());
    }
  }

  /** After a restore the new disk carries the chain on, for the same repository. */
  @Test
  void restoreIntoAMountThatDoesNotReachWhatIsThere() throws Exception {
    Path day1 = next("day1");
    Path day2 = next("day2");
    computer.here("push", day1, day2).succeeded();
    computer.here("restore", "day1", "--into", target.path()).succeeded();
    target.subvolume("inner");
    Path inner = target.mountSubvolume("/inner");

    computer.run("restore", "day2", "--into", inner).failed(1, "subvolid=5");

    try (var left = Files.list(inner)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void chainGoesOnFromTheRestoredDisk() throws Exception {
    computer.here("push", next("day1")).succeeded();
    computer.here("restore", "day1", "--into", target.path()).succeeded();
    Path restored = target.path().resolve("day1");
    Path writable = target.path().resolve("home");
    Program.run("btrfs", "-q", "subvolume", "snapshot", restored, writable);
    Files.writeString(writable.resolve("after the fire"), "new");
    Path day2 = target.snapshot(writable, "day2");

    computer.here("push", "--volume", "home", day2).succeeded();

    assertEquals(uuid(disk.path().resolve("day1")), parentOf("home/day2"));
    LoopBtrfs third = LoopBtrfs.in(folder);
    try (third) {
      computer.here("restore", "home/day2", "--into", third.path()).succeeded();
      assertEquals(List.of(), TreeDiff.between(day2, third.path().resolve("day2"), 20));
    }
  }

  @Test
  void pushingAgainStoresNothing() throws Exception {
    Path day1 = next("day1");
    computer.here("push", day1).succeeded();
    var before = StoredFiles.sizes(repository);
    computer.here("push", day1).succeeded();
    assertEquals(before, StoredFiles.sizes(repository));
  }

  @Test
  void namesOfSnapshots() throws Exception {
    Path other = disk.subvolume("srv");
    Files.writeString(other.resolve("file"), "of another volume");
    Path folderOfSrv = Files.createDirectory(disk.path().resolve("snapshots-of-srv"));
    Path homeDay1 = next("day1");
    Path srvDay1 = folderOfSrv.resolve("day1");
    Program.run("btrfs", "-q", "subvolume", "snapshot", "-r", other, srvDay1);
    Path day2 = next("day2");
    computer.here("push", homeDay1, srvDay1, day2).succeeded();

    computer.here("show", "day1").failed(2, "home/day1", "srv/day1");
    assertEquals(uuid(srvDay1), uuidOf("srv/day1"));
    assertEquals(uuid(homeDay1), uuidOf("home/day1"));
    assertEquals(uuid(day2), uuidOf("day2"));
    assertEquals(uuid(day2), uuidOf("home@latest"));
    assertEquals(uuid(day2), uuidOf(uuid(day2).substring(0, 13)));
    computer.here("show", "day3").failed(3, "day3");
    computer.here("show", "nowhere@latest").failed(3, "nowhere");
    String ofSrv = computer.here("list", "srv").succeeded().stdout();
    assertTrue(ofSrv.contains("day1") && !ofSrv.contains("day2"), ofSrv);
  }

  private String uuid(Path snapshot) throws Exception {
    return Subvolumes.info(snapshot).uuid().toString();
  }

  private String uuidOf(String name) throws Exception {
    return shown(name).get("uuid").asString();
  }

  /** The uuid of the parent, or nothing for a full one. */
  private String parentOf(String name) throws Exception {
    return shown(name).path("parentUuid").asString("");
  }

  private JsonNode shown(String name) throws Exception {
    return computer.here("show", name, "--json").succeeded().json().get("snapshot");
  }
}
