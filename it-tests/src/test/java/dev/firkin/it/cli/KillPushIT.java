package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A push that is killed at random moments, and run again each time, sends hardly more than one that
 * is left alone, and stores the same.
 */
@Timeout(300)
class KillPushIT {
  private static final long SEED = 20261122;
  private static final int KILLS = 4;
  private static final double MOST_OVERHEAD = 0.05;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private LoopBtrfs disk;
  private LoopBtrfs freshDisk;
  private Path snapshot;
  private Computer computer;

  @BeforeEach
  void makeTree() throws Exception {
    disk = LoopBtrfs.in(folder);
    freshDisk = LoopBtrfs.in(folder);
    computer = Computer.in(folder.resolve("computer"));
    computer.makeIdentity();
    Path origin = disk.subvolume("home");
    new TreeMaker(origin, SEED).fill(150, 250_000);
    byte[] content = new byte[4 << 20];
    for (int i = 0; i < 9; i++) {
      random.nextBytes(content);
      Files.write(origin.resolve("large" + i), content);
    }
    snapshot = disk.snapshot(origin, "killed");
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, freshDisk);
  }

  /** Counted: the files that each run leaves, those of unfinished writes included. */
  @Test
  void intoFolder() throws Exception {
    Path clean = folder.resolve("clean");
    long once = leftBy(clean, () -> pushInto(clean.toString()).await().succeeded());

    Path killed = folder.resolve("killed");
    long sent = 0;
    for (long moment : moments(once)) {
      sent +=
          leftBy(
              killed,
              () ->
                  pushInto(killed.toString())
                      .until("so much is stored", () -> StoredFiles.bytes(killed) >= moment)
                      .killed());
    }
    sent += leftBy(killed, () -> pushInto(killed.toString()).await().succeeded());

    assertHardlyMore("a folder", once, sent);
    assertRestores();
  }

  /** Counted: every byte on the wire, requests included. */
  @Test
  void intoBucket() throws Exception {
    S3Server server = S3ServerKind.S3PROXY.server();
    try (CountingRelay relay = new CountingRelay(server.endpoint())) {
      Buckets.access(computer, server, relay.endpoint());
      LongSupplier counter = relay::sentBytes;
      String clean = "s3://" + Buckets.make(server) + "/clean";
      pushInto(clean).await().succeeded();
      long once = counter.getAsLong();

      String killed = "s3://" + Buckets.make(server) + "/killed";
      for (long moment : moments(once)) {
        pushInto(killed)
            .until("so much is sent", () -> counter.getAsLong() - once >= moment)
            .killed();
      }
      pushInto(killed).await().succeeded();

      assertHardlyMore("a bucket", once, counter.getAsLong() - once);
      assertRestores();
    }
  }

  /** The checkpoint of the killed push is of another stream then: nothing of it may be believed. */
  @Test
  void aSnapshotThatWasWrittenToMeanwhile() throws Exception {
    Path repository = folder.resolve("changed");
    long most = 24L << 20;
    pushInto(repository.toString())
        .until("so much is stored", () -> StoredFiles.bytes(repository) >= most)
        .killed();
    assertEquals(1, StoredFiles.in(repository, "uploads").size(), "it had come to a checkpoint");
    Program.run("btrfs", "property", "set", "-f", snapshot, "ro", "false");
    Files.writeString(snapshot.resolve("large0"), "other content");
    Program.run("btrfs", "property", "set", snapshot, "ro", "true");

    Ended again = pushInto(repository.toString()).await().succeeded();

    assertTrue(again.stderr().contains("is not the one that was cut off"), again.stderr());
    assertRestores();
    computer.here("verify", "--read-data").succeeded();
    assertEquals(List.of(), StoredFiles.in(repository, "uploads"));
  }

  private List<Long> moments(long bytes) {
    return Stream.generate(() -> (long) (bytes * random.nextDouble(0.02, 0.95)))
        .limit(KILLS)
        .sorted()
        .toList();
  }

  /** Starts the same push, on a repository that is made where there is none. */
  private Running pushInto(String repository) throws IOException, InterruptedException {
    if (!computer.usesRepository(repository)) {
      computer.use(repository);
      String recipient = Computer.recipient(computer.folder().resolve("identity.txt"));
      computer.here("init", "--recipient", recipient, "--chunk-size", "128K").succeeded();
    }
    return computer.start("push", snapshot);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static long leftBy(Path repository, Work work) throws Exception {
    Map<Path, Long> before =
        Files.exists(repository) ? StoredFiles.sizes(repository) : Map.<Path, Long>of();
    work.run();
    Map<Path, Long> after = StoredFiles.sizes(repository);
    after.keySet().removeAll(before.keySet());
    return after.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void assertHardlyMore(String where, long once, long sent) {
    double overhead = (double) sent / once - 1;
    String figure =
        "into %s, %d kills (seed %d): %,d bytes, %,d of a clean push: %+.2f %%"
            .formatted(where, KILLS, SEED, sent, once, 100 * overhead);
    System.out.println(figure);
    assertTrue(overhead <= MOST_OVERHEAD, figure);
  }

  private void assertRestores() throws Exception {
    computer.here("restore", "killed", "--into", freshDisk.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(snapshot, freshDisk.path().resolve("killed"), 20));
  }
}
