package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsReceive;
import dev.firkin.btrfs.Partials;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a restore ends: nothing half under its real name, nothing deleted that is not its own. */
@Timeout(300)
class ReceiveIT {
  private static final int FAILED = 1;
  private static final int BUSY = 4;

  @TempDir private static Path source;
  private static LoopBtrfs disk;
  private static Path snapshot;
  private static SubvolumeUuid uuid;
  private static Computer computer;

  @TempDir private Path folder;
  private LoopBtrfs target;

  @BeforeAll
  static void push() throws Exception {
    disk = LoopBtrfs.in(source);
    computer = Computer.in(source.resolve("computer")).withRepository(source.resolve("repository"));
    Path origin = disk.subvolume("home");
    new TreeMaker(origin, 8).fill(60, 200_000);
    byte[] content = new byte[48 << 20];
    new Random(8).nextBytes(content);
    Files.write(origin.resolve("large"), content);
    snapshot = disk.snapshot(origin, "monday");
    uuid = Subvolumes.info(snapshot).uuid();
    computer.here("push", snapshot).succeeded();
  }

  @BeforeEach
  void makeTarget() throws Exception {
    target = LoopBtrfs.in(folder, 256L << 20, "");
    computer.set("FIRKIN_STATE_DIR", folder.resolve("state").toString());
  }

  @AfterEach
  void closeTarget() throws Exception {
    computer.close();
    LoopBtrfs.closeAll(target);
  }

  @AfterAll
  static void close() throws Exception {
    LoopBtrfs.closeAll(disk);
  }

  /** How far a restore is. */
  enum Moment {
    SUBVOLUME_MADE,
    A_PART_RECEIVED,
    MARKED_AS_RECEIVED,
    COMPLETE;

    boolean hasCome(Path target, SubvolumeUuid uuid) {
      try {
        for (Path partial : Partials.of(uuid, target)) {
          if (!Subvolumes.isSubvolume(partial)) {
            return false; // renamed or deleted meanwhile
          }
          boolean come =
              switch (this) {
                case SUBVOLUME_MADE -> true;
                case A_PART_RECEIVED -> !entries(partial).isEmpty();
                case MARKED_AS_RECEIVED -> Subvolumes.info(partial).receivedUuid().isPresent();
                case COMPLETE -> BtrfsReceive.ifComplete(partial, uuid).isPresent();
              };
          if (come) {
            return true;
          }
        }
        return Files.exists(target.resolve("monday"));
      } catch (BtrfsException e) {
        return false; // renamed while we looked
      }
    }
  }

  /** Killed with its child or without it, and run again at once, beside a child that still runs. */
  @ParameterizedTest
  @EnumSource
  void killedRestoreIsInNobodysWay(Moment moment) throws Exception {
    for (boolean withChildren : new boolean[] {true, false}) {
      Running restore =
          computer
              .start("restore", "monday", "--into", target.path())
              .until(moment + " has come", () -> moment.hasCome(target.path(), uuid));
      if (withChildren) {
        restore.children().forEach(ProcessHandle::destroyForcibly);
      }
      restore.killedOrDone();

      computer.here("restore", "monday", "--into", target.path()).succeeded();

      assertRestored();
      Program.run("btrfs", "-q", "subvolume", "delete", "-c", target.path().resolve("monday"));
    }
  }

  @Test
  void whatIsCompleteOnlyGetsItsName() throws Exception {
    computer.here("restore", "monday", "--into", target.path()).succeeded();
    Path complete = target.path().resolve(Partials.newName(uuid).toString());
    Files.move(target.path().resolve("monday"), complete, StandardCopyOption.ATOMIC_MOVE);
    long id = Subvolumes.info(complete).id();

    Ended again = computer.run("restore", "monday", "--into", target.path()).succeeded();

    assertTrue(again.stderr().contains("received before: "), again::toString);
    assertRestored();
    assertEquals(id, Subvolumes.info(target.path().resolve("monday")).id());
  }

  @Test
  void deletesNothingOfTheUsersWhateverItsName() throws Exception {
    Path mine = target.subvolume(Partials.PREFIX + "monday");
    Path directory = Files.createDirectory(target.path().resolve(partialName()));
    Path file = Files.writeString(target.path().resolve(partialName()), "mine");
    Path written = target.path().resolve(partialName());
    computer.here("restore", "monday", "--into", target.path()).succeeded();
    Files.move(target.path().resolve("monday"), written, StandardCopyOption.ATOMIC_MOVE);
    Program.run("btrfs", "property", "set", "-f", written, "ro", "false");
    for (Path each : List.of(mine, directory, written)) {
      Files.writeString(each.resolve("precious"), "mine");
    }

    Ended ended = computer.run("restore", "monday", "--into", target.path()).succeeded();

    assertTrue(ended.stderr().contains(written + " is not provably"), ended::toString);
    for (Path each : List.of(mine, directory, written)) {
      assertEquals("mine", Files.readString(each.resolve("precious")), each::toString);
    }
    assertEquals("mine", Files.readString(file));
    assertEquals(List.of(), TreeDiff.between(snapshot, target.path().resolve("monday"), 20));
  }

  @Test
  void twoRestoresIntoOneFolder() throws Exception {
    Running first =
        computer
            .start("restore", "monday", "--into", target.path(), "--limit-download", "4M")
            .until("it receives", () -> Moment.SUBVOLUME_MADE.hasCome(target.path(), uuid));
    // The state folder of a service is often another than that of the person at the keyboard.
    computer.set("FIRKIN_STATE_DIR", folder.resolve("other-state").toString());

    computer
        .run("restore", "monday", "--into", target.path())
        .failed(BUSY, "another firkin", target.path().toString());

    first.await().succeeded();
    assertRestored();
  }

  @Test
  void fullDestination() throws Exception {
    Path ballast = target.path().resolve("ballast");
    fill(ballast);

    computer.run("restore", "monday", "--into", target.path()).failed(FAILED, "No space left");

    assertEquals(List.of(ballast), entries(target.path()));
    Files.delete(ballast);
    Program.run("btrfs", "filesystem", "sync", target.path());
    computer.here("restore", "monday", "--into", target.path()).succeeded();
    assertRestored();
  }

  /** Leaves less room than the snapshot takes. */
  private void fill(Path ballast) throws Exception {
    byte[] block = new byte[1 << 20];
    try (var out = Files.newOutputStream(ballast)) {
      Program.run("btrfs", "filesystem", "sync", target.path());
      while (Files.getFileStore(target.path()).getUsableSpace() > 24 << 20) {
        new Random().nextBytes(block);
        out.write(block);
        Program.run("btrfs", "filesystem", "sync", target.path());
      }
    }
  }

  private String partialName() {
    return Partials.newName(uuid).toString();
  }

  private void assertRestored() throws Exception {
    Path restored = target.path().resolve("monday");
    assertEquals(List.of(), TreeDiff.between(snapshot, restored, 20));
    assertTrue(Subvolumes.info(restored).readOnly());
    assertEquals(List.of(restored), entries(target.path()));
  }

  private static List<Path> entries(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
