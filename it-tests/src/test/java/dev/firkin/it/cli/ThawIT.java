package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.servers.MotoServer;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.TestBucket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Chunks in an archive, on a server that gives none of them away before it was thawed. */
@Timeout(300)
class ThawIT {
  private static final Pattern THAWED =
      Pattern.compile("ongoing-request=\"false\", expiry-date=\"([^\"]+)\"");
  private static final int MOST_LOOKS = 20;

  @TempDir private Path folder;

  @Test
  void theWholeChainIsThawedAndNothingElse() throws Exception {
    try (S3Server server = MotoServer.start();
        Computer computer =
            Buckets.access(Computer.in(folder.resolve("nas")), server, server.endpoint());
        LoopBtrfs disk = LoopBtrfs.in(folder);
        LoopBtrfs target = LoopBtrfs.in(folder)) {
      TestBucket bucket = TestBucket.on(server);
      computer.withRepository("s3://" + bucket.name() + "/r");
      TreeMaker tree = new TreeMaker(disk.subvolume("home"), 6);
      tree.fill(20, 50_000);
      Path monday = disk.snapshot(disk.path().resolve("home"), "monday");
      computer.here("push", "--storage-class", "GLACIER", monday).succeeded();
      tree.mutate(10);
      Path tuesday = disk.snapshot(disk.path().resolve("home"), "tuesday");
      computer.here("push", "--storage-class", "DEEP_ARCHIVE", tuesday).succeeded();
      int chain = chunks(bucket).size();
      numbers(computer, "db/x").succeeded();
      assertTrue(chunks(bucket).size() > chain);

      // All but reading works as ever: what is stored is not sent again, and is all there.
      Ended again = numbers(computer, "db/y");
      assertTrue(again.succeeded().stderr().contains(" 0 B new"), again::toString);
      computer.here("verify").succeeded();

      restore(computer, target).failed(1, "lies in an archive", "firkin thaw");
      assertEquals(List.of(), in(target));
      Ended thaw = computer.run("thaw", "tuesday", "--days", "3", "--json");
      assertEquals(75, thaw.status(), thaw::toString);
      assertEquals(chain, thaw.json().get("chunks").asInt(), thaw::toString);
      assertEquals(0, thaw.json().get("readable").asInt(), thaw::toString);
      restore(computer, target).failed(1, "lies in an archive", "firkin thaw");
      assertEquals(List.of(), in(target));

      for (int looks = 0; thaw.status() == 75 && looks < MOST_LOOKS; looks++) {
        thaw = computer.here("thaw", "tuesday", "--days", "3", "--json");
      }
      assertEquals(chain, thaw.succeeded().json().get("readable").asInt(), thaw::toString);
      List<Duration> left = left(bucket);
      assertEquals(chain, left.size());
      assertTrue(
          left.stream().allMatch(d -> d.toHours() >= 71 && d.toHours() < 73), left::toString);
      restore(computer, target).succeeded();
      assertEquals(List.of(), TreeDiff.between(monday, target.path().resolve("monday"), 20));
      assertEquals(List.of(), TreeDiff.between(tuesday, target.path().resolve("tuesday"), 20));
      computer.here("restore", "db/x", "--stdout").failed(1, "lies in an archive", "firkin thaw");
    }
  }

  private static Ended numbers(Computer computer, String name) throws Exception {
    return computer.here(
        "push", "--storage-class", "GLACIER", "--stdin", "--name", name, "--", "seq", "100000");
  }

  private static Ended restore(Computer computer, LoopBtrfs target) throws Exception {
    return computer.here("restore", "tuesday", "--into", target.path());
  }

  private static List<Path> in(LoopBtrfs target) throws Exception {
    try (Stream<Path> names = Files.list(target.path())) {
      return names.toList();
    }
  }

  private static List<String> chunks(TestBucket bucket) {
    try (S3AsyncClient client = bucket.client()) {
      return client
          .listObjectsV2(r -> r.bucket(bucket.name()).prefix("r/chunks/"))
          .join()
          .contents()
          .stream()
          .map(S3Object::key)
          .toList();
    }
  }

  /** For how long each of what was thawed stays. */
  private static List<Duration> left(TestBucket bucket) {
    List<Duration> left = new ArrayList<>();
    try (S3AsyncClient client = bucket.client()) {
      for (String key : chunks(bucket)) {
        String restore = client.headObject(r -> r.bucket(bucket.name()).key(key)).join().restore();
        if (restore != null) {
          Matcher matcher = THAWED.matcher(restore);
          assertTrue(matcher.matches(), restore);
          Instant end =
              ZonedDateTime.parse(matcher.group(1), DateTimeFormatter.RFC_1123_DATE_TIME)
                  .toInstant();
          left.add(Duration.between(Instant.now(), end));
        }
      }
    }
    return left;
  }
}
