package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code firkin run} and {@code firkin status}, on real btrfs, by a configuration file. */
@Timeout(300)
class NightlyIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path home;
  private Path snapshots;
  private TreeMaker tree;
  private Computer computer;

  @BeforeEach
  void make() throws Exception {
    disk = LoopBtrfs.in(folder);
    target = LoopBtrfs.in(folder);
    computer = Computer.in(folder.resolve("computer"));
    computer.makeIdentity();
    home = disk.subvolume("home");
    snapshots = Files.createDirectories(disk.path().resolve("snapshots"));
    tree = new TreeMaker(home, 6);
    tree.fill(50, 100_000);
    Files.createDirectories(computer.configuration());
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  @Test
  void aNightReachesEveryRepositoryAndOneThatFailsDoesNotStopTheOther() throws Exception {
    init("near");
    configure(
        "",
        """
        [repository.far]
        url = "%s"
        [repository.near]
        url = "%s"
        [metrics]
        file = "%s"
        """
            .formatted(repository("far"), repository("near"), folder.resolve("firkin.prom")));
    Ended first = computer.run("run");
    assertEquals(1, first.status(), first::toString);
    assertTrue(first.stdout().contains("FAILED"), first::toString);
    Ended status = computer.here("status");
    assertEquals(1, status.status(), status::toString);
    assertTrue(status.stdout().contains("home to far:"), status::toString);
    assertEquals(1, local().size());

    init("far");
    tree.mutate(20);
    Ended second = computer.run("run", "--json").succeeded();
    JsonNode results = second.json().get("results");
    assertEquals(2, results.size(), second::toString);
    assertEquals("far", results.get(0).get("repository").stringValue());
    assertEquals(2, results.get(0).get("stored").size(), "what it had missed comes too");
    assertEquals(1, results.get(1).get("stored").size());
    computer.here("status").succeeded();
    String metrics = Files.readString(folder.resolve("firkin.prom"));
    assertTrue(metrics.contains("firkin_run_success 1\n"), metrics);
    assertTrue(
        metrics.contains("firkin_run_snapshots_stored{volume=\"home\",repository=\"far\"} 2\n"),
        metrics);

    computer.use(repository("far").toString());
    computer.here("restore", "home@latest", "--into", target.path()).succeeded();
    String newest = local().getLast();
    assertEquals(
        List.of(), TreeDiff.between(snapshots.resolve(newest), target.path().resolve(newest), 20));
  }

  @Test
  void retentionDropsWhatNobodyNeeds() throws Exception {
    init("near");
    configure(
        """
        preserve_min = "latest"
        full_every = "1s"
        """,
        """
        [repository.near]
        url = "%s"
        preserve_min = "latest"
        grace = "0s"
        prune = "1s"
        """
            .formatted(repository("near")));
    computer.run("run").succeeded();
    tree.mutate(20);
    Ended trial = computer.run("run", "--dry-run").succeeded();
    assertTrue(trial.stdout().contains("would make the snapshot"), trial::toString);
    JsonNode planned =
        computer.here("run", "--dry-run", "--json").succeeded().json().get("planned");
    assertEquals("snapshot", planned.get(0).get("action").stringValue());
    assertEquals("push", planned.get(1).get("action").stringValue());
    assertFalse(planned.get(1).has("parent"), planned::toString);
    assertEquals(1, local().size());

    Path metrics = folder.resolve("metrics.prom");
    Ended second = computer.run("run", "--json", "--metrics-file", metrics).succeeded();
    assertTrue(Files.readString(metrics).contains("firkin_run_success 1\n"));
    assertEquals(1, second.json().get("results").get(0).get("forgotten").intValue());
    assertEquals(1, second.json().get("local").get("dropped").size());
    assertEquals(1, local().size());
    computer.use(repository("near").toString());
    JsonNode listed = computer.here("list", "--json").succeeded().json().get("snapshots");
    assertEquals(1, listed.size());
    assertEquals("nas", listed.get(0).get("host").stringValue());
    Ended verified = computer.here("verify", "--read-data", "--json").succeeded();
    assertEquals(0, verified.json().get("leftovers").get("chunks").intValue());
    computer.here("restore", "home@latest", "--into", target.path()).succeeded();
  }

  /** The other one has all, and the local policy would keep the newest only. */
  @Test
  void whatARepositoryHasNotGotYetStaysHere() throws Exception {
    init("far");
    init("near");
    String both =
        "[repository.near]\nurl = \"%s\"\n[repository.far]\nurl = \"%s\"\n"
            .formatted(repository("near"), repository("far"));
    configure("preserve_min = \"latest\"\n", both);
    computer.run("run").succeeded();
    Path away = folder.resolve("away");
    Files.move(repository("far"), away);
    for (int night = 0; night < 2; night++) {
      tree.mutate(10);
      assertEquals(1, computer.run("run").status());
    }
    assertEquals(3, local().size(), "the parent of the next delta there, and two that it lacks");
    Ended status = computer.here("status");
    assertEquals(1, status.status(), status::toString);
    assertTrue(
        status
            .stdout()
            .contains(local().getFirst() + " stays here beyond its policy: needed by the repo"),
        status::toString);

    Files.move(away, repository("far"));
    tree.mutate(10);
    Ended back = computer.run("run", "--json").succeeded();
    assertEquals(3, back.json().get("results").get(1).get("stored").size(), back::toString);
    assertEquals(1, local().size());
  }

  /** What the newest delta is based on stays, in the repository and here. */
  @Test
  void aChainIsNeverBroken() throws Exception {
    init("near");
    configure(
        "preserve_min = \"latest\"\n",
        """
        [repository.near]
        url = "%s"
        preserve_min = "latest"
        grace = "0s"
        prune = "1s"
        """
            .formatted(repository("near")));
    for (int night = 0; night < 3; night++) {
      computer.run("run").succeeded();
      tree.mutate(20);
    }
    computer.use(repository("near").toString());
    JsonNode listed = computer.here("list", "--json").succeeded().json().get("snapshots");
    assertEquals(3, listed.size(), "each is the parent of the next");
    assertEquals(1, local().size(), "only the newest is the parent of the next");
    // Its exit code says whether a prune of each second is late.
    JsonNode status = computer.here("status", "--json").json().get("status").get(0);
    assertEquals(2, status.get("held").size(), status::toString);
    assertEquals(local().getLast(), status.at("/next/parent").stringValue());
    assertEquals(3, status.get("chainLength").intValue());
    computer.here("restore", "home@latest", "--into", target.path()).succeeded();
    String newest = local().getLast();
    assertEquals(
        List.of(), TreeDiff.between(snapshots.resolve(newest), target.path().resolve(newest), 20));
  }

  @Test
  void whatHasNotChangedIsNotSnapshotAgain() throws Exception {
    init("near");
    configure("snapshot_create = \"onchange\"\n", near());
    computer.run("run").succeeded();
    Ended same = computer.run("run", "--json").succeeded();
    assertEquals(0, same.json().get("local").get("made").size());
    assertEquals(1, local().size());
    tree.mutate(1);
    computer.run("run").succeeded();
    assertEquals(2, local().size());
  }

  @Test
  void ofTwoAtOnceTheSecondSaysSo() throws Exception {
    init("near");
    Path waits = folder.resolve("waits");
    Path goOn = folder.resolve("go-on");
    Program.run("mkfifo", waits.toString(), goOn.toString());
    Path hook = folder.resolve("hook");
    Files.writeString(hook, "#!/bin/sh\necho here >" + waits + "\ncat " + goOn + " >/dev/null\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    configure("", near() + "[hooks]\nbefore = [\"" + hook + "\"]\n");
    Running first = computer.start("run");
    assertEquals("here\n", Files.readString(waits)); // until the hook is there
    Ended second = computer.run("run");
    assertEquals(4, second.status(), second::toString);
    Files.writeString(goOn, "");
    first.await().succeeded();
    assertEquals(1, local().size());
  }

  @Test
  void theHookAfterwardsIsToldAndOneThatSaysNoIsObeyed() throws Exception {
    init("near");
    Path told = folder.resolve("told");
    configure("", near() + "[hooks]\nafter = [\"/bin/sh\", \"-c\", \"cat >" + told + "\"]\n");
    computer.run("run").succeeded();
    assertTrue(Files.readString(told).contains("\"outcome\":\"done\""));

    configure(
        "",
        near()
            + "[hooks]\nbefore = [\"/bin/false\"]\nafter = [\"/bin/sh\", \"-c\", \"cat >"
            + told
            + "\"]\n");
    Ended refused = computer.run("run");
    assertEquals(1, refused.status(), refused::toString);
    assertEquals(1, local().size());
    assertTrue(Files.readString(told).contains("\"outcome\":\"refused\""));
    Ended status = computer.here("status");
    assertEquals(1, status.status(), status::toString);
    assertTrue(status.stdout().contains("the hook before the run failed"), status::toString);
  }

  /** The night after a signal goes on with what it was at. */
  @Test
  void whatASignalEndedIsFinishedFirst() throws Exception {
    init("near");
    configure("", near());
    computer.run("run").succeeded();
    computer.here("status").succeeded();
    tree.fill(40, 400_000);
    Path told = folder.resolve("told");
    configure(
        "",
        near()
            + "limit_upload = \"150K\"\n[hooks]\nafter = [\"/bin/sh\", \"-c\", \"cat >"
            + told
            + "\"]\n");
    long before = count(repository("near").resolve("chunks"));
    try (NotifySocket socket = NotifySocket.in(folder)) {
      computer.set("NOTIFY_SOCKET", socket.path().toString());
      Running ended = computer.start("run", "--json");
      Path chunks = repository("near").resolve("chunks");
      ended
          .until("twenty chunks are stored", () -> count(chunks) >= before + 20)
          .until("systemd is told how far it is", () -> socket.told().contains("%, "))
          .signal("TERM");
      Ended stopped = ended.await();
      assertEquals(75, stopped.status(), stopped::toString);
      assertTrue(stopped.stdout().contains("\"outcome\":\"unfinished\""), stopped::toString);
      assertTrue(Files.readString(told).contains("\"outcome\":\"unfinished\""), "the hook is told");
      assertTrue(socket.told().startsWith("STATUS=a snapshot of home\n"), socket::told);
      computer.unset("NOTIFY_SOCKET");
    }
    assertEquals(2, local().size());
    Ended status = computer.here("status", "--json");
    assertEquals(1, status.status(), status::toString);
    JsonNode half = status.json().get("status").get(0);
    assertEquals(local().get(1), half.get("unfinished").stringValue());
    int percent = half.get("unfinishedPercent").intValue();
    assertTrue(percent >= 1 && percent <= 99, status::toString);

    configure("", near());
    Ended next = computer.run("run", "--json").succeeded();
    JsonNode stored = next.json().get("results").get(0).get("stored");
    assertEquals(2, stored.size(), next::toString);
    assertEquals(local().get(1), stored.get(0).stringValue());
    assertFalse(next.json().get("results").get(0).has("error"));
  }

  /** The first one is obeyed; who sends another does not want to wait for that. */
  @ParameterizedTest
  @CsvSource({"TERM, INT", "INT, TERM"})
  void aSecondSignalEndsItAtOnce(String first, String second) throws Exception {
    init("near");
    Path waits = folder.resolve("waits");
    Path goOn = folder.resolve("go-on");
    Program.run("mkfifo", waits.toString(), goOn.toString());
    Path told = folder.resolve("told");
    configure(
        "",
        near()
            + "[hooks]\nbefore = [\"/bin/sh\", \"-c\", \"echo >"
            + waits
            + "; cat "
            + goOn
            + "\"]\nafter = [\"/bin/sh\", \"-c\", \"echo >"
            + told
            + "; cat "
            + goOn
            + "\"]\n");
    Running run = computer.start("run");
    Files.readString(waits); // until the hook is there
    run.signal(first).until("the hook after it is there", () -> Files.exists(told));
    List<ProcessHandle> hooks = run.children();
    Ended ended = run.signal(second).await();
    hooks.forEach(ProcessHandle::destroyForcibly);
    assertEquals(128 + (second.equals("INT") ? 2 : 15), ended.status(), ended::toString);
  }

  /** What the disk has lost of an old snapshot is no reason to lose all that is newer. */
  @Test
  void aSnapshotThatCannotBeReadKeepsNoNewerOneHere() throws Exception {
    configure("preserve_min = \"latest\"\n", near());
    byte[] lost = new byte[200_000];
    new Random(1).nextBytes(lost);
    Files.write(home.resolve("lost"), lost);
    assertEquals(
        1, computer.run("run").status(), "there is no repository, but the snapshot is made");
    Files.delete(home.resolve("lost"));
    disk.rot(lost);
    init("near");

    Ended second = computer.run("run", "--json");

    assertEquals(1, second.status(), second::toString);
    assertTrue(
        second.stderr().contains(local().getFirst() + " could not be sent"), second::toString);
    JsonNode stored = second.json().get("results").get(0).get("stored");
    assertEquals(1, stored.size(), second::toString);
    assertEquals(local().getLast(), stored.get(0).stringValue());
    // It stays and is tried again, though the policy here would drop it, until the user does.
    assertEquals(2, local().size(), "what is not stored, and what the next delta goes on");
    String unread = local().getFirst();
    tree.mutate(5);
    Ended third = computer.run("run", "--json");
    assertEquals(1, third.status(), third::toString);
    assertEquals(1, third.json().get("results").get(0).get("stored").size(), third::toString);
    assertEquals(unread, local().getFirst());
    Ended status = computer.here("status");
    assertEquals(1, status.status(), status::toString);
    assertTrue(status.stdout().contains(unread + " could not be sent"), status::toString);
    Program.run("btrfs", "-q", "subvolume", "delete", "-c", snapshots.resolve(unread));
    computer.run("run").succeeded();
    computer.here("status").succeeded();
  }

  /** Pushes go on within it alone, and who was never stored is told so. */
  @Test
  void outsideItsWindowNothingIsPushed() throws Exception {
    init("near");
    LocalTime now = LocalTime.now(ZoneId.systemDefault());
    configure("", near() + "window = \"" + window(now.plusHours(6), now.plusHours(8)) + "\"\n");
    Ended before = computer.run("run");
    assertEquals(75, before.status(), before::toString);
    assertTrue(before.stderr().contains("no run has met it yet"), before::toString);
    assertEquals(0, count(repository("near").resolve("chunks")));
    configure("", near() + "window = \"" + window(now.minusHours(6), now.plusHours(6)) + "\"\n");
    Ended inside = computer.run("run", "--json").succeeded();
    assertEquals(2, inside.json().get("results").get(0).get("stored").size(), inside::toString);
    configure("", near() + "window = \"" + window(now.plusHours(6), now.plusHours(8)) + "\"\n");
    Ended outside = computer.run("run", "--json").succeeded();
    assertEquals(0, outside.json().get("results").get(0).get("stored").size(), outside::toString);
  }

  private static String window(LocalTime begin, LocalTime end) {
    return begin.truncatedTo(ChronoUnit.MINUTES) + "-" + end.truncatedTo(ChronoUnit.MINUTES);
  }

  /** A window that ends too soon would else end too soon for the same one each night. */
  @Test
  void whatWasBegunComesFirstAmongTheVolumesToo() throws Exception {
    init("near");
    Path other = disk.subvolume("other");
    Files.writeString(other.resolve("file"), "small");
    String two =
        "[volume.aaa]\nsubvolume = \"%s\"\nsnapshot_dir = \"%s\"\n".formatted(other, snapshots);
    // A prune would wait for the lease of what is killed.
    String near = two + near() + "prune = \"never\"\n";
    configure("", near);
    computer.run("run", "aaa").succeeded();
    configure("", near + "limit_upload = \"300K\"\n");
    Running run = computer.start("run", "home", "aaa");
    Path chunks = repository("near").resolve("chunks");
    run.until("some chunks are stored", () -> count(chunks) > 5);
    assertTrue(computer.here("status").stdout().contains("a run is at work since"));
    run.killed();
    Ended status = computer.here("status");
    assertEquals(1, status.status(), status::toString);
    assertTrue(status.stdout().contains("UNFINISHED"), status::toString);
    assertTrue(status.stdout().contains("was killed"), status::toString);

    configure("", near);
    Ended next = computer.run("run", "aaa", "home", "--json").succeeded();

    JsonNode results = next.json().get("results");
    assertEquals("home", results.get(0).get("volume").stringValue(), next::toString);
    assertEquals(2, results.get(0).get("stored").size());
    computer.here("status").succeeded();
  }

  private static long count(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException | UncheckedIOException e) {
      return 0; // it is not there yet, or a file went while we looked
    }
  }

  private String near() {
    return "[repository.near]\nurl = \"" + repository("near") + "\"\n";
  }

  private Path repository(String name) {
    return folder.resolve(name);
  }

  private void init(String name) throws Exception {
    String recipient = Computer.recipient(folder.resolve("computer/identity.txt"));
    computer.use(repository(name).toString());
    computer.here("init", "--recipient", recipient, "--chunk-size", "64K").succeeded();
    computer.unset("FIRKIN_REPO");
  }

  private void configure(String ofVolume, String rest) throws IOException {
    Files.writeString(
        computer.configuration().resolve("firkin.toml"),
        """
        host = "nas"
        [volume.home]
        subvolume = "%s"
        snapshot_dir = "%s"
        %s
        %s
        """
            .formatted(home, snapshots, ofVolume, rest));
  }

  private List<String> local() throws IOException {
    try (Stream<Path> names = Files.list(snapshots)) {
      return names.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
