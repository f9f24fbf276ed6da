package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.link.FaultyLink;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A push that is ended by a signal while its chunks take seconds each, or never get through. */
@Timeout(180)
class SlowLineSignalsIT {
  private static final int UNFINISHED = 75;
  private static final long FOUR_MBIT = 500_000;
  private static final long FAST = 100_000_000;
  private static final Duration ON_A_HEALTHY_LINK = Duration.ofSeconds(5);
  private static final Duration ON_A_DEAD_LINK = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private LoopBtrfs disk;
  private FaultyLink link;
  private TestBucket bucket;
  private Computer computer;
  private Path snapshot;

  @BeforeEach
  void connect() throws Exception {
    disk = LoopBtrfs.in(folder);
    Path origin = disk.subvolume("home");
    byte[] content = new byte[14 << 20];
    new Random(5).nextBytes(content);
    Files.write(origin.resolve("large"), content);
    snapshot = disk.snapshot(origin, "monday");
    S3Server server = S3ServerKind.S3PROXY.server();
    link = new FaultyLink(server.endpoint());
    computer = Buckets.access(Computer.in(folder.resolve("computer")), server, link.endpoint());
    bucket = TestBucket.on(server);
    computer.use("s3://" + bucket.name() + "/here");
    String recipient = Computer.recipient(computer.makeIdentity());
    computer.here("init", "--recipient", recipient).succeeded(); // with chunks of 1 MiB
    link.bandwidth(FOUR_MBIT).latency(Duration.ofMillis(15));
  }

  @AfterEach
  void close() throws Exception {
    computer.close();
    link.close();
    LoopBtrfs.closeAll(disk);
  }

  private Running pushUntil(long bytes) throws Exception {
    Running push = computer.start("push", snapshot);
    link.awaitUpBytes(link.upBytes() + bytes);
    return push;
  }

  private List<String> keys(String prefix) throws Exception {
    List<String> keys = new ArrayList<>();
    try (ObjectStore store = bucket.store("here", folder)) {
      store.list(KeyPrefix.of(prefix), info -> keys.add(info.key().value()));
    }
    return keys;
  }

  /** What is under way is given up, and leaves the line to the checkpoint of all before it. */
  @Test
  void whatIsStoredCounts() throws Exception {
    Running push = pushUntil(5 << 20);
    Ended ended =
        push.signal("TERM").await(ON_A_HEALTHY_LINK).failed(UNFINISHED, "interrupted", "again");

    link.bandwidth(FAST);
    assertEquals(List.of(), keys("leases/"));
    assertEquals(1, keys("uploads/").size(), ended::toString);
    Ended resumed = computer.run("push", "--json", snapshot).succeeded();
    // Which chunks are through before the first ones is luck, but these are not sent again.
    JsonNode run = resumed.json().at("/run");
    assertTrue(run.get("resumedChunks").asLong() >= 1, resumed::toString);
    assertTrue(run.get("skippedBytes").asLong() > 2 << 20, resumed::toString);
  }

  @Test
  void aDeadLinkHoldsNobody() throws Exception {
    Running push = pushUntil(2 << 20);
    link.silentFor(Duration.ofMinutes(5));
    push.signal("TERM").await(ON_A_DEAD_LINK).failed(UNFINISHED, "interrupted", "again");
  }

  /** Whoever has the other end of the pipe may never write, nor close it. */
  @Test
  void aSilentStdinHoldsNobody() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    // Open for both ways, so that it never ends, and that nobody waits to open it.
    Running push =
        computer.startProgram(
            Path.of("/bin/bash"), "-c", "exec firkin push --stdin --name silent 0<>" + pipe);
    link.awaitUpBytes(link.upBytes() + 2_000); // its lease, at the least
    push.signal("TERM").await(ON_A_HEALTHY_LINK).failed(UNFINISHED, "interrupted", "again");
  }
}
