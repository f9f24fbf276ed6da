package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which the kernel can write a stream, and streams that are none of its. */
@Timeout(180)
class ProtocolsIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path repository;
  private Path origin;
  private TreeMaker tree;
  private Computer computer;

  @BeforeEach
  void makeTree() throws Exception {
    disk = LoopBtrfs.in(folder, 2L << 30, "compress=zstd");
    target = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer")).withRepository(repository);
    origin = disk.subvolume("home");
    tree = new TreeMaker(origin, 5);
    tree.fill(80, 200_000);
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--proto 1", "--proto 2", "--compressed-data"})
  void fullAndDeltaComeBack(String options) throws Exception {
    Path monday = disk.snapshot(origin, "monday");
    computer.shell("firkin push " + options + " " + monday).succeeded();
    tree.mutate(50);
    Path tuesday = disk.snapshot(origin, "tuesday");
    computer.shell("firkin push " + options + " " + tuesday).succeeded();

    computer.here("restore", "tuesday", "--into", target.path()).succeeded();

    for (Path snapshot : List.of(monday, tuesday)) {
      Path restored = target.path().resolve(snapshot.getFileName());
      assertEquals(List.of(), TreeDiff.between(snapshot, restored, 20));
    }
  }

  @Test
  void protocol2StoresNoNewDataAfterProtocol1() throws Exception {
    Path monday = disk.snapshot(origin, "monday");
    computer.here("push", "--proto", 1, monday).succeeded();
    int before = StoredFiles.in(repository, "chunks").size();

    computer
        .shell("btrfs send -q --proto 2 " + monday + " | firkin push --stdin --name home/proto2")
        .succeeded();

    // Its commands are other bytes, so they are new chunks: some of a hundredth of the stream.
    int commandChunks = StoredFiles.in(repository, "chunks").size() - before;
    assertTrue(commandChunks <= 3, () -> commandChunks + " new chunks");
  }

  /** What a pipe brought is the same snapshot, and restores into btrfs as well. */
  @Test
  void sendStreamFromStdin() throws Exception {
    Path monday = disk.snapshot(origin, "monday");
    computer
        .shell("btrfs send -q " + monday + " | firkin push --stdin --name nas/monday")
        .succeeded();
    computer.here("restore", "nas/monday", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(monday, target.path().resolve("monday"), 20));
    computer
        .shell("cmp <(btrfs send -q " + monday + ") <(firkin restore nas/monday --stdout)")
        .succeeded();
  }

  @Test
  void sendStreamThatIsCutOffIsNoSnapshot() throws Exception {
    // Many more chunks than are under way at once, so that some are stored before the cut.
    byte[] film = new byte[48 << 20];
    new Random(6).nextBytes(film);
    Files.write(origin.resolve("film.mkv"), film);
    Path monday = disk.snapshot(origin, "monday");
    computer
        .shell(
            "btrfs send -q "
                + monday
                + " | head -c 40000000 | firkin push --stdin --name a; exit ${PIPESTATUS[2]}")
        .failed(1, "stream");
    assertEquals(List.of(), StoredFiles.in(repository, "snapshots"));
    assertTrue(!StoredFiles.in(repository, "chunks").isEmpty(), "the chunks stay for the resume");
  }

  @Test
  void outputOfCommand() throws Exception {
    String tar = "tar --sort=name -C " + origin + " -c .";
    computer.shell("firkin push --stdin --name etc/monday.tar -- " + tar).succeeded();
    computer.shell("cmp <(" + tar + ") <(firkin restore etc/monday.tar --stdout)").succeeded();
    Path file = folder.resolve("monday.tar");
    computer.here("restore", "monday.tar", "--to-file", file).succeeded();
    computer.shell("cmp <(" + tar + ") " + file).succeeded();
    computer.run("restore", "monday.tar", "--into", target.path()).failed(2, "monday.tar");
  }

  @Test
  void commandThatFailsIsNoSnapshot() throws Exception {
    computer
        .run("push", "--stdin", "--name", "db/monday", "--", "bash", "-c", "echo half; exit 3")
        .failed(1, "bash", "3");
    computer
        .run("push", "--stdin", "--name", "db/monday", "--", "no-such-program")
        .failed(1, "no-such-program");
    computer.run("push", "--stdin", "--name", "db/monday", "--", "true").failed(1, "empty");
    assertEquals(List.of(), StoredFiles.in(repository, "snapshots"));
    computer.run("restore", "db/monday", "--stdout").failed(3, "db/monday");
  }

  @Test
  void otherContentUnderTheSameNameIsRefused() throws Exception {
    computer.shell("echo one | firkin push --stdin --name a/n").succeeded();
    computer.shell("echo one | firkin push --stdin --name a/n").succeeded();
    computer.shell("echo two | firkin push --stdin --name a/n").failed(1, "a/n");
    assertEquals("one\n", computer.here("restore", "a/n", "--stdout").succeeded().stdout());
  }

  @Test
  void snapshotNamesStayBytes() throws Exception {
    Path odd = disk.snapshot(origin, "größe '\" $x");
    computer.here("push", odd).succeeded();
    assertTrue(Files.isDirectory(odd));
    computer.here("restore", "home/größe '\" $x", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(odd, target.path().resolve(odd.getFileName()), 20));
  }
}
