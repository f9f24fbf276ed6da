package dev.firkin.it.btrfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TreeDiffIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;
  private Path left;
  private Path right;

  @BeforeEach
  void makeTwoEqualTrees() throws IOException {
    disk = LoopBtrfs.in(folder, 1L << 30, "");
    left = disk.subvolume("left");
    Files.writeString(left.resolve("file"), "content");
    Files.createLink(left.resolve("linked"), left.resolve("file"));
    Files.writeString(left.resolve("same"), "content");
    Files.createSymbolicLink(left.resolve("symbolic"), Path.of("here"));
    Program.run("mkfifo", left.resolve("fifo"));
    Program.run("mknod", left.resolve("device"), "c", 1, 3);
    Program.run("setfattr", "-n", "trusted.a", "-v", "b", left.resolve("file"));
    Files.createDirectory(RawName.in(left, "caf\u00e9"));
    Files.writeString(RawName.in(RawName.in(left, "caf\u00e9"), "\u00ff"), "content");
    right = disk.path().resolve("right");
    Program.run("btrfs", "-q", "subvolume", "snapshot", left, right);
  }

  @AfterEach
  void unmount() throws IOException {
    LoopBtrfs.closeAll(disk);
  }

  @Test
  void findsNothingInEqualTrees() throws IOException {
    assertEquals(List.of(), TreeDiff.between(left, right, 10));
  }

  @Test
  void findsEachKindOfDifference() throws IOException {
    assertFound(
        "same: contents",
        "bash",
        "-c",
        "printf Content | dd of=same conv=notrunc; touch -r file same");
    assertFound("same: mtime", "touch", "-d", "2001-01-01 00:00:00.000000001", "same");
    assertFound("file: mode", "chmod", "600", "file");
    assertFound("fifo: uid", "chown", "-h", "7", "fifo");
    assertFound("file: extended attributes", "setfattr", "-n", "trusted.a", "-v", "c", "file");
    assertFound("symbolic: target", "bash", "-c", "ln -sfn there symbolic");
    assertFound("device: device", "bash", "-c", "rm device; mknod device c 1 5");
    assertFound("device: mode", "bash", "-c", "rm device; mknod device b 1 3");
    assertFound("caf\\xe9/\\xff: only in " + left, "bash", "-c", "rm caf*/*");
    assertFound("more: only in " + right, "touch", "more");
    assertFound(
        "linked: hard link",
        "bash",
        "-c",
        "cp -a linked x; cp -a file y; mv x linked; rm same; ln linked same; rm file; mv y file;"
            + " touch -r linked same");
    assertFound("file: number of links", "rm", "linked");
  }

  @Test
  void stopsWhenItHasFoundEnough() throws IOException {
    Program.run("bash", "-c", "touch " + right + "/{1,2,3,4,5}");

    assertEquals(3, TreeDiff.between(left, right, 3).size());
  }

  private void assertFound(String expected, String... command) throws IOException {
    Program.run("btrfs", "-q", "subvolume", "delete", right);
    Program.run("btrfs", "-q", "subvolume", "snapshot", left, right);
    List<Object> words = new ArrayList<>(List.of("env", "-C", right));
    words.addAll(List.of(command));
    Program.run(words.toArray());
    List<String> found = TreeDiff.between(left, right, 100).stream().map(Object::toString).toList();
    assertTrue(found.stream().anyMatch(d -> d.startsWith(expected)), expected + " in " + found);
  }
}
