package dev.firkin.it.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.engine.Host;
import dev.firkin.it.engine.SampleStreams;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.repository.model.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A push and a restore outlive everything that a link can do to them, and nothing wrong is left.
 */
@Timeout(300)
final class FaultyLinkIT {
  @TempDir private Path folder;

  /** Each so often that a coincidence would not do, on requests of all kinds. */
  @ParameterizedTest
  @EnumSource(names = {"RGW", "MINIO"})
  void everyFaultIsOutlived(S3ServerKind kind) throws Exception {
    byte[] stream = SampleStreams.full(3, 6 << 20);
    try (FaultyLink link = new FaultyLink(kind.server().endpoint());
        LinkedHost host =
            LinkedHost.create(
                folder, TestBucket.on(kind.server()), link, LinkedHost.STALL, Host.SMALL_CHUNKS)) {
      link.faults(oneInFour(new Random(7)));
      Manifest manifest = host.push(stream).manifest();
      Set<Fault> done = new HashSet<>(link.done());
      assertTrue(host.verify().sound());
      link.faults(oneInFour(new Random(8)));
      assertArrayEquals(stream, host.restore(manifest));
      List<Fault> ofRestore = link.done();
      done.addAll(ofRestore);
      assertEquals(EnumSet.allOf(Fault.class), done);
      assertTrue(ofRestore.contains(Fault.CORRUPT_RESPONSE), ofRestore::toString);
      System.out.printf(
          "%s: %d bytes up, %d down, %d connections%n",
          kind, link.upBytes(), link.downBytes(), link.connections());
    }
  }

  private static int most(Fault fault) {
    // The client finds out after some seconds, and a server may keep the key locked for longer.
    return fault == Fault.HALF_OPEN ? 1 : Integer.MAX_VALUE;
  }

  /** Each time the one that was done least, so that none is left out. */
  private static FaultyLink.Faults oneInFour(Random random) {
    Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    return fitting -> {
      synchronized (done) {
        Optional<Fault> least =
            random.nextInt(4) > 0
                ? Optional.empty()
                : fitting.stream()
                    .filter(f -> done.getOrDefault(f, 0) < most(f))
                    .min(Comparator.comparing(f -> done.getOrDefault(f, 0)));
        least.ifPresent(fault -> done.merge(fault, 1, Integer::sum));
        return least;
      }
    };
  }

  /** No byte moves any more, and nobody says so: the deadline does. */
  @Test
  void aStalledTransferIsCutAndRetried() throws Exception {
    byte[] stream = SampleStreams.full(4, 1 << 20);
    S3ServerKind kind = S3ServerKind.RGW;
    try (FaultyLink link = new FaultyLink(kind.server().endpoint());
        LinkedHost host =
            LinkedHost.create(
                folder, TestBucket.on(kind.server()), link, LinkedHost.STALL, Host.SMALL_CHUNKS)) {
      AtomicInteger stalled = new AtomicInteger();
      link.faults(fitting ->
          fitting.contains(Fault.HALF_OPEN) && stalled.incrementAndGet() == 1
              ? Optional.of(Fault.HALF_OPEN)
              : Optional.empty());
      long before = System.nanoTime();
      Manifest manifest = host.push(stream).manifest();
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      assertTrue(stalled.get() > 1);
      assertTrue(took.compareTo(LinkedHost.STALL) >= 0, "not stalled: " + took);
      assertTrue(took.compareTo(LinkedHost.STALL.multipliedBy(5)) < 0, "cut late: " + took);
      assertArrayEquals(stream, host.restore(manifest));
    }
  }

  /** Cut off and silent, a push and a restore; whoever waits goes on within seconds. */
  @ParameterizedTest
  @EnumSource(names = "RGW")
  void outagesAreOutlivedAndTheirEndIsNoticed(S3ServerKind kind) throws Exception {
    byte[] stream = SampleStreams.full(5, 4 << 20);
    try (FaultyLink link = new FaultyLink(kind.server().endpoint()).bandwidth(1 << 20);
        LinkedHost host =
            LinkedHost.create(
                folder, TestBucket.on(kind.server()), link, LinkedHost.STALL, Host.SMALL_CHUNKS)) {
      FutureTask<Manifest> push = new FutureTask<>(() -> host.push(stream).manifest());
      start(push);
      link.awaitUpBytes(1 << 20);
      link.cutFor(Duration.ofSeconds(4));
      link.awaitUpBytes(5 << 19);
      link.silentFor(Duration.ofSeconds(3));
      Manifest manifest = push.get();
      assertTrue(host.verify().sound());

      FutureTask<byte[]> restore = new FutureTask<>(() -> host.restore(manifest));
      long before = link.downBytes();
      start(restore);
      link.awaitDownBytes(before + (1 << 20));
      link.cutFor(Duration.ofSeconds(3));
      assertArrayEquals(stream, restore.get());

      List<Duration> back = new ArrayList<>(link.untilFirstByte());
      Duration mean = back.stream().reduce(Duration.ZERO, Duration::plus).dividedBy(back.size());
      System.out.printf("%s: first bytes after outages: %s%n", kind, back);
      assertEquals(2, back.size(), back::toString);
      assertTrue(mean.compareTo(Duration.ofSeconds(5)) <= 0, back::toString);
    }
  }

  private static void start(Runnable task) {
    Thread.ofPlatform().daemon().name("linked").start(task);
  }
}
