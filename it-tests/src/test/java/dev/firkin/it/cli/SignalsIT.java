package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.Partials;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ended from outside, by request or without asking. */
@Timeout(300)
class SignalsIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int UNFINISHED = 75;

  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path repository;
  private Path snapshot;
  private Computer computer;

  @BeforeEach
  void makeTree() throws Exception {
    disk = LoopBtrfs.in(folder);
    target = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer")).withRepository(repository);
    Path origin = disk.subvolume("home");
    new TreeMaker(origin, 3).fill(80, 200_000);
    byte[] content = new byte[4 << 20];
    Random random = new Random(3);
    for (int i = 0; i < 15; i++) {
      random.nextBytes(content);
      Files.write(origin.resolve("large" + i), content);
    }
    snapshot = disk.snapshot(origin, "monday");
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void pushEndsSoonAndResumably(String signal) throws Exception {
    Running push = computer.start("push", snapshot);
    push.until("a part is stored", () -> StoredFiles.bytes(repository) > 4 << 20);
    List<ProcessHandle> children = push.children();
    assertFalse(children.isEmpty(), "no btrfs send");

    push.signal(signal).await(SOON).failed(UNFINISHED, "interrupted", "again");

    assertGone(children);
    computer.here("push", snapshot).succeeded();
    assertEquals(List.of(), StoredFiles.in(repository, "uploads"));
    computer.here("verify", "--read-data").succeeded();
  }

  /** What a nightly window is for: each night a part, in the end all. */
  @Test
  void pushGoesOnWindowByWindow() throws Exception {
    int nights = 1;
    int checkpoints = 0;
    while (true) {
      Ended night =
          computer.run("push", "--for", "3s", "--limit-upload", "10M", "--proto", "2", snapshot);
      if (night.status() == 0) {
        break;
      }
      night.failed(UNFINISHED, "the time is up", "again");
      // None where the night was over before a chunk was cut.
      checkpoints += StoredFiles.in(repository, "uploads").size();
      nights++;
      assertTrue(nights < 30, "it does not get on");
    }
    assertTrue(nights > 1, "it was done in the first night");
    assertTrue(checkpoints > 0, "no night left a checkpoint");
    assertEquals(List.of(), StoredFiles.in(repository, "uploads"));
    computer.here("verify", "--read-data").succeeded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void restoreEndsSoonAndLeavesNothingHalf(String signal) throws Exception {
    computer.here("push", snapshot).succeeded();
    Running restore = restoreUntilPartial();
    List<ProcessHandle> children = restore.children();
    assertFalse(children.isEmpty(), "no btrfs receive");

    restore.signal(signal).await(SOON).failed(UNFINISHED, "interrupted", "again");

    assertGone(children);
    assertFalse(Files.exists(target.path().resolve("monday")));
    assertRestoresInTheEnd();
  }

  @Test
  void restoreGoesOnAfterSigkill() throws Exception {
    computer.here("push", snapshot).succeeded();
    Running restore = restoreUntilPartial();
    List<ProcessHandle> children = restore.children();
    restore.killed();

    assertGone(children);
    assertEquals(1, partials().size(), "what the killed restore left");
    assertRestoresInTheEnd();
  }

  /** What a user made, whatever its name, is not what an interrupted restore left. */
  @Test
  void restoreDeletesNothingOfTheUsers() throws Exception {
    computer.here("push", snapshot).succeeded();
    Path mine = target.subvolume("monday");
    Files.writeString(mine.resolve("precious"), "not in any backup");

    computer.run("restore", "monday", "--into", target.path()).failed(1, mine.toString());

    assertEquals("not in any backup", Files.readString(mine.resolve("precious")));
  }

  /** The producer dies alone: what it sent until then is no snapshot. */
  @Test
  void pushFailsWhereBtrfsSendIsKilled() throws Exception {
    Running push = computer.start("push", snapshot);
    push.until("a part is stored", () -> StoredFiles.bytes(repository) > 4 << 20);
    push.children().forEach(ProcessHandle::destroyForcibly);

    Ended ended = push.await();

    ended.failed(1, "btrfs send");
    assertEquals(List.of(), StoredFiles.in(repository, "snapshots"));
    computer.here("push", snapshot).succeeded();
  }

  private Running restoreUntilPartial() throws Exception {
    return computer
        .start("restore", "monday", "--into", target.path())
        .until("a part is received", () -> partials().stream().anyMatch(SignalsIT::hasFiles));
  }

  private static boolean hasFiles(Path partial) {
    try (Stream<Path> files = Files.list(partial)) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> partials() {
    try (Stream<Path> files = Files.list(target.path())) {
      return files.filter(f -> f.getFileName().toString().startsWith(Partials.PREFIX)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRestoresInTheEnd() throws Exception {
    computer.here("restore", "monday", "--into", target.path()).succeeded();
    Path restored = target.path().resolve("monday");
    assertEquals(List.of(), TreeDiff.between(snapshot, restored, 20));
    assertTrue(Subvolumes.info(restored).readOnly());
    assertEquals(List.of(), partials());
  }

  private static void assertGone(List<ProcessHandle> children) throws Exception {
    for (ProcessHandle child : children) {
      child.onExit().get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
