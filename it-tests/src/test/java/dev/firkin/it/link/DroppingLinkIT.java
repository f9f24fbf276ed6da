package dev.firkin.it.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.it.engine.SampleStreams;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.repository.model.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slow link that drops again and again, before what is under way is through. */
@Timeout(300)
final class DroppingLinkIT {
  @TempDir private Path folder;

  /** Cut before the larger chunks are through, for ever: the push gets on by smaller ones. */
  @Test
  void aLineThatDropsBeforeAChunkIsThrough() throws Exception {
    byte[] stream = SampleStreams.full(6, 2 << 20);
    long oneMbit = 125_000;
    S3ServerKind kind = S3ServerKind.S3PROXY;
    try (FaultyLink link = new FaultyLink(kind.server().endpoint()).bandwidth(oneMbit);
        LinkedHost host =
            LinkedHost.create(
                folder,
                TestBucket.on(kind.server()),
                link,
                Duration.ofSeconds(30),
                ChunkerParameters.DEFAULT)) {
      link.latency(Duration.ofMillis(20)).cutEvery(Duration.ofSeconds(7), Duration.ofMillis(500));
      LinkUse.Start start = LinkUse.Start.of(link);
      Manifest manifest = host.push(stream).manifest();
      LinkUse use = start.use(link, oneMbit);
      System.out.println("1 Mbit/s, cut every 7 s: " + use);
      assertTrue(use.share() > 0.85, use::toString);
      assertTrue(use.mostLostBytes() <= 1 << 20, use::toString);
      assertTrue(host.verify().sound());
      assertTrue(manifest.data().bytes() >= 2 << 20);
    }
  }

  /** No object of it comes through as a whole, for ever: it is read part by part. */
  @Test
  void aRestoreOverALineThatDropsBeforeAChunkIsThrough() throws Exception {
    byte[] stream = SampleStreams.bytes(new Random(9), 3 << 20);
    S3ServerKind kind = S3ServerKind.S3PROXY;
    try (FaultyLink link = new FaultyLink(kind.server().endpoint());
        LinkedHost host =
            LinkedHost.create(
                folder,
                TestBucket.on(kind.server()),
                link,
                Duration.ofSeconds(30),
                ChunkerParameters.ofAverage(4 << 20))) {
      Manifest manifest = host.push(stream).manifest();
      // Where they end depends on the repository's secret; but for the last each has a MiB and
      // more.
      assertTrue(manifest.data().chunks() <= 3);
      // As 1 Mbit/s that is cut every seven seconds, in half the time.
      link.bandwidth(250_000)
          .latency(Duration.ofMillis(20))
          .cutEvery(Duration.ofMillis(3_500), Duration.ofMillis(500));
      long before = link.downBytes();
      assertArrayEquals(stream, host.restore(manifest));
      long read = link.downBytes() - before;
      System.out.printf("%d bytes came for %d%n", read, stream.length);
      assertTrue(read < 2L * stream.length, read + " bytes");
    }
  }
}
