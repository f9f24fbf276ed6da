package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.engine.SampleStreams;
import dev.firkin.it.link.FaultyLink;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, while the store is away: says so, waits as long as it was told, goes on. */
@Timeout(300)
class OutageIT {
  private static final int UNFINISHED = 75;

  @TempDir private Path folder;
  private FaultyLink link;
  private Computer computer;
  private Path stream;

  @BeforeEach
  void connect() throws Exception {
    S3Server server = S3ServerKind.S3PROXY.server();
    link = new FaultyLink(server.endpoint()).bandwidth(5 << 20);
    computer =
        Buckets.access(Computer.in(folder.resolve("computer")), server, link.endpoint())
            .withRepository("s3://" + Buckets.make(server) + "/here");
    stream = Files.write(folder.resolve("stream"), SampleStreams.full(9, 8 << 20));
  }

  @AfterEach
  void close() throws Exception {
    computer.close();
    link.close();
  }

  @Test
  void aPushAndARestoreGoOnWhenTheStoreIsBack() throws Exception {
    Running push =
        computer.start("--json", "push", "--stdin", "--name", "made", "--", "cat", stream);
    link.awaitUpBytes(link.upBytes() + (2 << 20));
    link.cutFor(Duration.ofSeconds(8));
    Ended pushed = push.await().succeeded();
    assertTrue(pushed.stderr().contains("cannot be reached since"), pushed::toString);
    assertTrue(pushed.stderr().contains("the store is back after"), pushed::toString);
    assertTrue(pushed.stdout().contains("\"storeUnreachable\":true"), pushed::toString);

    Path restored = folder.resolve("restored");
    long before = link.downBytes();
    Running restore = computer.start("restore", "made", "--to-file", restored);
    link.awaitDownBytes(before + (2 << 20));
    link.cutFor(Duration.ofSeconds(2));
    restore.await().succeeded();
    assertArrayEquals(Files.readAllBytes(stream), Files.readAllBytes(restored));
    computer.run("verify", "--read-data").succeeded();
  }

  @Test
  void aPushBearsNoLongerAnOutageThanItWasTold() throws Exception {
    Running push =
        computer.start(
            "--max-outage", "3s", "push", "--stdin", "--name", "made", "--", "cat", stream);
    link.awaitUpBytes(link.upBytes() + (2 << 20));
    link.cutFor(Duration.ofMinutes(10));
    push.await(Duration.ofSeconds(60)).failed(UNFINISHED, "given up after", "again");
  }
}
