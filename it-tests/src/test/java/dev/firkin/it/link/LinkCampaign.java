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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The long runs on bad links; not among the tests that every build runs, but by {@code
 * bench/reliability}, which takes the lines that begin with {@code FIGURE}.
 */
@Timeout(1800)
final class LinkCampaign {
  private static final long MBIT = 125_000;
  private static final Duration STALL = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void oneMbitWithACutEveryTwentySeconds() throws Exception {
    byte[] stream = SampleStreams.full(1, 20_000_000);
    LinkUse use = cutEvery(stream, MBIT, Duration.ofSeconds(20), Duration.ofSeconds(2));
    figures("1 Mbit/s, a cut every 20 s", use);
    assertTrue(use.share() >= 0.9, use::toString);
    assertTrue(use.mostLostBytes() <= (4 << 20) + (64 << 10), use::toString);
  }

  @Test
  void twentyMbitWithACutEveryMinute() throws Exception {
    byte[] stream = SampleStreams.full(2, 400_000_000);
    LinkUse use = cutEvery(stream, 20 * MBIT, Duration.ofSeconds(60), Duration.ofSeconds(3));
    figures("20 Mbit/s, a cut every 60 s", use);
    assertTrue(use.share() >= 0.9, use::toString);
    assertTrue(use.lostBytes() <= 0.03 * stream.length, use::toString);
  }

  private LinkUse cutEvery(byte[] stream, long bytesPerSecond, Duration life, Duration outage)
      throws Exception {
    S3ServerKind kind = S3ServerKind.RGW;
    try (FaultyLink link = new FaultyLink(kind.server().endpoint());
        LinkedHost host =
            LinkedHost.create(
                folder, TestBucket.on(kind.server()), link, STALL, ChunkerParameters.DEFAULT)) {
      link.bandwidth(bytesPerSecond).latency(Duration.ofMillis(15)).cutEvery(life, outage);
      LinkUse.Start start = LinkUse.Start.of(link);
      host.push(stream);
      LinkUse use = start.use(link, bytesPerSecond);
      figure("first byte after an outage of " + outage.toSeconds() + " s", mean(link) + " s");
      assertTrue(host.verify().sound());
      return use;
    }
  }

  @Test
  void twoOutagesOfAMinute() throws Exception {
    byte[] stream = SampleStreams.full(3, 60_000_000);
    S3ServerKind kind = S3ServerKind.RGW;
    try (FaultyLink link = new FaultyLink(kind.server().endpoint());
        LinkedHost host =
            LinkedHost.create(
                folder, TestBucket.on(kind.server()), link, STALL, ChunkerParameters.DEFAULT)) {
      link.bandwidth(20 * MBIT).latency(Duration.ofMillis(15));
      FutureTask<Manifest> push = new FutureTask<>(() -> host.push(stream).manifest());
      Thread.ofPlatform().daemon().start(push);
      link.awaitUpBytes(10 << 20);
      link.cutFor(Duration.ofSeconds(60));
      link.awaitUpBytes(30 << 20);
      link.silentFor(Duration.ofSeconds(60));
      Manifest manifest = push.get();
      assertTrue(host.verify().sound());
      long lost = link.lostByCuts().stream().mapToLong(Long::longValue).sum();
      figure("outages of 60 s outlived by one push", "" + link.lostByCuts().size());
      figure("first byte after an outage of 60 s", mean(link) + " s");
      figure("sent again per outage of 60 s", kib(lost / 2));
      link.bandwidth(1L << 40);
      assertArrayEquals(stream, host.restore(manifest));
    }
  }

  private static void figures(String of, LinkUse use) {
    figure("link use at " + of, String.format(Locale.ROOT, "%.1f %%", 100 * use.share()));
    figure("cuts outlived at " + of, "" + use.cuts());
    figure("sent again per cut at " + of, kib(use.lostBytes() / Math.max(1, use.cuts())));
    figure("most sent again by one cut at " + of, kib(use.mostLostBytes()));
    figure(
        "sent again in all at " + of,
        String.format(Locale.ROOT, "%.1f %%", 100.0 * use.lostBytes() / use.upBytes()));
  }

  private static void figure(String name, String value) {
    System.out.println("FIGURE " + name + "\t" + value);
  }

  private static String kib(long bytes) {
    return bytes / 1024 + " KiB";
  }

  private static String mean(FaultyLink link) {
    List<Duration> all = link.untilFirstByte();
    double seconds = all.stream().mapToLong(Duration::toNanos).average().orElseThrow() / 1e9;
    return String.format(Locale.ROOT, "%.1f", seconds);
  }
}
