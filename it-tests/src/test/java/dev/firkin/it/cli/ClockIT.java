package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock on the wall of the computer is set while firkin runs, and between its runs. */
@Timeout(300)
class ClockIT {
  /** Of progress, one a second: all that looks at a clock has looked by then. */
  private static final int SEVERAL_LINES = 3;

  @TempDir private Path folder;
  private Computer computer;
  private WallClock clock;

  @BeforeEach
  void startComputer() throws Exception {
    computer = Computer.in(folder.resolve("computer"));
    clock = WallClock.of(computer);
  }

  @AfterEach
  void close() {
    computer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+5h", "-400d"})
  void aPushGoesOnWhenTheClockIsSet(String to) throws Exception {
    computer.withRepository(folder.resolve("repository"));
    byte[] begin = randomBytes(1);
    byte[] end = randomBytes(2);
    Path go = folder.resolve("go");
    Running push = begin("1h", begin, end, go);

    clock.set(to);
    push.untilItPrints(SEVERAL_LINES);
    Files.createFile(go);
    push.await().succeeded();

    byte[] restored = computer.run("restore", "x", "--stdout").succeeded().bytes();
    assertArrayEquals(joined(begin, end), restored);
    computer.run("verify", "--read-data").succeeded();
    assertEquals(List.of(), StoredFiles.in(folder.resolve("repository"), "leases"));
  }

  @Test
  void aWindowEndsThoughTheClockIsSetBack() throws Exception {
    computer.withRepository(folder.resolve("repository"));
    Path repository = folder.resolve("repository");
    Running push =
        computer
            .start(
                "push",
                "--stdin",
                "--name",
                "db/x",
                "--for",
                "10s",
                "--",
                "sh",
                "-c",
                "while :; do head -c 65536 /dev/zero; sleep 0.1; done")
            .until("it has begun", () -> !StoredFiles.in(repository, "leases").isEmpty());
    clock.set("-5h");
    Ended ended = push.await();
    assertEquals(75, ended.status(), ended::toString);
    assertTrue(ended.stderr().contains("the time is up"), ended::toString);
  }

  /** The checkpoint, the times in manifests and the order of snapshots are of wrong clocks. */
  @Test
  void theNextPushHasAnotherTime() throws Exception {
    Path repository = folder.resolve("repository");
    try (LoopBtrfs disk = LoopBtrfs.in(folder);
        LoopBtrfs target = LoopBtrfs.in(folder)) {
      String recipient = Computer.recipient(computer.makeIdentity());
      clock.set("+400d");
      computer.use(repository.toString());
      computer.run("init", "--recipient", recipient, "--chunk-size", "64K").succeeded();
      Path origin = disk.subvolume("home");
      TreeMaker tree = new TreeMaker(origin, 5);
      tree.fill(80, 600_000);
      Path first = disk.snapshot(origin, "first");
      computer
          .start("push", "--limit-upload", "2M", first)
          .until("a checkpoint is there", () -> !StoredFiles.in(repository, "uploads").isEmpty())
          .killed();

      clock.set("+0");
      Ended resumed = computer.run("push", "--json", first).succeeded();
      assertTrue(resumed.json().at("/run/resumedChunks").asLong() >= 128, resumed::toString);
      clock.set("-400d");
      tree.mutate(20);
      Path second = disk.snapshot(origin, "second");
      Ended delta = computer.run("push", "--json", second).succeeded();
      assertEquals("delta", delta.json().at("/snapshot/kind").asString(), delta::toString);

      computer.run("verify", "--read-data").succeeded();
      computer.run("restore", "second", "--into", target.path()).succeeded();
      for (Path snapshot : List.of(first, second)) {
        Path restored = target.path().resolve(snapshot.getFileName());
        assertEquals(List.of(), TreeDiff.between(snapshot, restored, 20));
      }
    }
  }

  /** A server takes no request whose clock is a quarter of an hour off: that is said, at once. */
  @Test
  void aServerRefusesAWrongClock() throws Exception {
    S3Server server = S3ServerKind.RGW.server();
    Buckets.access(computer, server, server.endpoint());
    computer.withRepository("s3://" + Buckets.make(server) + "/x");
    byte[] begin = randomBytes(1);
    byte[] end = randomBytes(2);
    Path go = folder.resolve("go");
    Running push = begin("1h", begin, end, go);
    clock.set("+20m");
    push.untilItPrintsOrEnds(SEVERAL_LINES); // a chunk may be on its way now
    Files.createFile(go);
    push.await(Duration.ofSeconds(90)).failed(1, "clocks of this machine and the server differ");
    computer.start("list").await(Duration.ofSeconds(90)).failed(1, "timedatectl");

    clock.set("+0");
    begin("1h", begin, end, go).await().succeeded();
    byte[] restored = computer.run("restore", "x", "--stdout").succeeded().bytes();
    assertArrayEquals(joined(begin, end), restored);
  }

  /** Starts a push, and waits until firkin has taken most of {@code begin}. */
  private Running begin(String length, byte[] begin, byte[] end, Path go) throws Exception {
    Path first = Files.write(folder.resolve("first"), begin);
    Path second = Files.write(folder.resolve("second"), end);
    Path begun = folder.resolve("begun");
    Files.deleteIfExists(begun);
    String stream =
        "cat %s; touch %s; until [ -e %s ]; do sleep 0.05; done; cat %s"
            .formatted(first, begun, go, second);
    return computer
        .start(
            "push", "--json", "--stdin", "--name", "db/x", "--for", length, "--", "bash", "-c",
            stream)
        .until("it takes the stream", () -> Files.exists(begun));
  }

  private static byte[] randomBytes(long seed) {
    byte[] bytes = new byte[3 << 20];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
