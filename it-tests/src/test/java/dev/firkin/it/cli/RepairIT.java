package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A damaged repository, and what a person types until all is well again. */
@Timeout(300)
class RepairIT {
  private static final int DAMAGED = 5;

  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path repository;
  private Path monday;
  private Path tuesday;
  private Computer computer;
  private List<Path> chunksOfMonday;

  @BeforeEach
  void push() throws Exception {
    disk = LoopBtrfs.in(folder);
    target = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer")).withRepository(repository);
    Path origin = disk.subvolume("home");
    TreeMaker tree = new TreeMaker(origin, 4);
    tree.fill(60, 200_000);
    monday = disk.snapshot(origin, "monday");
    computer.here("push", monday).succeeded();
    chunksOfMonday =
        StoredFiles.in(repository, "chunks").stream()
            .sorted(Comparator.comparingLong((Path p) -> p.toFile().length()).reversed())
            .toList();
    tree.mutate(20);
    tuesday = disk.snapshot(origin, "tuesday");
    computer.here("push", tuesday).succeeded();
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 4;
    Files.write(file, content);
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(node -> texts.add(node.asString()));
    return texts;
  }

  private List<String> trash() {
    return StoredFiles.in(repository, "trash").stream()
        .map(file -> repository.resolve("trash").relativize(file).toString())
        .toList();
  }

  @Test
  void flippedAndDeletedChunksAreMendedFromTheSource() throws Exception {
    Path flipped = chunksOfMonday.get(0);
    Path deleted = chunksOfMonday.get(1);
    Path cut = chunksOfMonday.get(2);
    flip(flipped);
    Files.delete(deleted);
    Files.write(cut, new byte[] {1, 2, 3});

    Ended verified = computer.here("verify", "--read-data", "--json");
    assertEquals(DAMAGED, verified.status(), verified::toString);
    Set<String> found = new TreeSet<>();
    for (JsonNode finding : verified.json().get("findings")) {
      String key = finding.get("key").asString();
      found.add(key.substring(key.lastIndexOf('/') + 1));
      assertEquals(Set.of("home/monday"), texts(finding.get("direct")), verified::toString);
      assertEquals(
          Set.of("home/monday", "home/tuesday"),
          texts(finding.get("affected")),
          verified::toString);
    }
    Set<String> planted = new TreeSet<>();
    List.of(flipped, deleted, cut).forEach(p -> planted.add(p.getFileName().toString()));
    assertEquals(planted, found, verified::toString);
    Ended text = computer.here("verify");
    assertTrue(text.stderr().contains("firkin push --repair " + monday), text::toString);

    Ended dry = computer.run("repair", "--read-data", "--dry-run");
    assertEquals(DAMAGED, dry.status(), dry::toString);
    assertTrue(dry.stdout().contains("WOULD"), dry::toString);
    assertEquals(List.of(), trash());
    Ended repaired = computer.run("repair", "--read-data");
    assertEquals(DAMAGED, repaired.status(), repaired::toString);
    assertFalse(Files.exists(flipped));
    assertEquals(2, trash().size(), () -> trash() + "");

    // As the host pushes that cannot read its own backups.
    computer.unset("FIRKIN_IDENTITY_FILE");
    Ended pushed = computer.run("push", "--repair", "--compression", "9", monday).succeeded();
    assertTrue(pushed.stderr().contains("3 objects were missing or damaged"), pushed::toString);
    assertTrue(pushed.stderr().contains("it is whole"), pushed::toString);
    computer.here("verify").succeeded();
    computer.set("FIRKIN_IDENTITY_FILE", computer.folder().resolve("identity.txt").toString());
    computer.here("verify", "--read-data").succeeded();
    computer.here("restore", "tuesday", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(monday, target.path().resolve("monday"), 20));
    assertEquals(List.of(), TreeDiff.between(tuesday, target.path().resolve("tuesday"), 20));
  }

  @Test
  void aDeltaIsMendedOnTheSameParentAndSaysWhereThatIsGone() throws Exception {
    List<Path> ofTuesday = new ArrayList<>(StoredFiles.in(repository, "chunks"));
    ofTuesday.removeAll(chunksOfMonday);
    Files.delete(ofTuesday.getFirst());
    computer.here("push", "--repair", tuesday).succeeded();
    computer.here("verify", "--read-data").succeeded();

    Files.delete(ofTuesday.getFirst());
    Program.run("btrfs", "-q", "subvolume", "delete", "-c", monday);
    Ended ended = computer.run("push", "--repair", tuesday);
    assertEquals(DAMAGED, ended.status(), ended::toString);
    assertTrue(ended.stderr().contains("--parent none"), ended::toString);
  }

  @Test
  void aDamagedManifestIsMendedThoughNobodyKnowsWhatItWas() throws Exception {
    for (Path manifest : StoredFiles.in(repository, "snapshots")) {
      flip(manifest);
    }
    Path state = computer.state();
    Program.run("rm", "-rf", state.toString()); // no copy of them here
    assertEquals(DAMAGED, computer.here("verify").status());

    computer.here("push", "--repair", monday, tuesday).succeeded();

    computer.here("verify", "--read-data").succeeded();
    computer.here("restore", "tuesday", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(tuesday, target.path().resolve("tuesday"), 20));
    assertEquals(2, trash().size());
  }

  @Test
  void quarantineAndBack() throws Exception {
    Path lost = chunksOfMonday.getFirst();
    byte[] content = Files.readAllBytes(lost);
    Files.delete(lost);

    computer.run("repair", "--quarantine").failed(2, "--yes");
    Ended ended = computer.run("repair", "--quarantine", "--yes").succeeded();
    assertTrue(ended.stdout().contains("home/tuesday"), ended::toString);
    assertEquals(0, computer.here("list", "--json").succeeded().json().get("snapshots").size());
    computer.here("verify", "--read-data").succeeded();
    Files.write(lost, content);

    computer.here("repair", "--restore-quarantined").succeeded();

    assertEquals(List.of(), trash());
    computer.here("verify", "--read-data").succeeded();
    computer.here("restore", "tuesday", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(tuesday, target.path().resolve("tuesday"), 20));
  }

  @Test
  void aRolledBackStoreIsNoticedAndPutBackFromThisHostsCopies() throws Exception {
    for (Path manifest : StoredFiles.in(repository, "snapshots")) {
      Files.delete(manifest);
    }
    Ended verified = computer.here("verify", "--json");
    assertEquals(DAMAGED, verified.status(), verified::toString);
    assertEquals("snapshot-gone", verified.json().get("findings").get(0).get("kind").asString());

    computer.here("repair").succeeded();

    computer.here("verify", "--read-data").succeeded();
    computer.here("restore", "tuesday", "--into", target.path()).succeeded();
  }
}
