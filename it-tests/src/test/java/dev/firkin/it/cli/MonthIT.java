package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.cli.Firkin;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.btrfs.TreeMaker;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A month of nights: real snapshots of two volumes, one for each policy of chains. The program runs
 * in this process, so that it can be told which night it is.
 */
@Timeout(600)
class MonthIT {
  private static final int NIGHTS = 30;

  /** Days, weeks and months. */
  private static final int LEVELS = 3;

  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path references;
  private Computer computer;
  private Instant now = Instant.now().minus(NIGHTS, ChronoUnit.DAYS);
  private final Map<String, TreeMaker> trees = new HashMap<>();

  @BeforeEach
  void begin() throws Exception {
    disk = LoopBtrfs.in(folder);
    target = LoopBtrfs.in(folder);
    references = Files.createDirectories(disk.path().resolve("references"));
    computer = Computer.in(folder.resolve("computer"));
    Path repository = folder.resolve("repository");
    computer.withRepository(repository);
    for (String volume : List.of("home", "srv")) {
      Files.createDirectories(disk.path().resolve("snapshots").resolve(volume));
      trees.put(volume, new TreeMaker(disk.subvolume(volume), volume.length()));
      tree(volume).fill(30, 60_000);
    }
    Files.createDirectories(computer.configuration());
    Files.writeString(
        computer.configuration().resolve("firkin.toml"),
        """
        [repository.cloud]
        url = "%1$s"
        preserve_min = "2d"
        preserve = "7d 3w 2m"
        prune = "7d"
        grace = "0s"
        [volume.home]
        subvolume = "%2$s/home"
        snapshot_dir = "%2$s/snapshots/home"
        chain = "tree"
        preserve_min = "2d"
        [volume.srv]
        subvolume = "%2$s/srv"
        snapshot_dir = "%2$s/snapshots/srv"
        chain = "linear"
        full_every = "8d"
        preserve_min = "latest"
        """
            .formatted(repository, disk.path()));
  }

  @AfterEach
  void end() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  @Test
  void whatIsKeptOfAMonthCanBeRestored() throws Exception {
    Map<String, Integer> stored = new HashMap<>();
    int forgotten = 0;
    long pruned = 0;
    for (int night = 0; night < NIGHTS; night++) {
      now = now.plus(1, ChronoUnit.DAYS);
      JsonNode ran = here("run", "--json");
      for (JsonNode result : ran.get("results")) {
        assertEquals(1, result.get("stored").size(), ran::toString);
        stored.merge(result.get("volume").stringValue(), 1, Integer::sum);
        forgotten += result.get("forgotten").intValue();
      }
      pruned += ran.path("pruned").path(0).path("deletedChunkBytes").asLong(0);
      for (String volume : trees.keySet()) {
        Path newest = snapshots(volume).getLast();
        Program.run(
            "btrfs",
            "subvolume",
            "snapshot",
            "-r",
            newest,
            references.resolve(newest.getFileName()));
        tree(volume).mutate(6);
      }
    }
    assertEquals(Map.of("home", NIGHTS, "srv", NIGHTS), stored);
    here("status", "--json");

    Map<String, List<String>> kept = new HashMap<>();
    Map<String, String> parents = new HashMap<>();
    for (JsonNode each : here("list", "--json").get("snapshots")) {
      String volume = each.get("volume").stringValue();
      String name = volume + "/" + each.get("name").stringValue();
      kept.computeIfAbsent(volume, v -> new ArrayList<>()).add(name);
      if (each.has("parent")) {
        parents.put(name, each.get("parent").stringValue());
      }
    }
    System.out.printf("a month: %d forgotten, %d bytes pruned, kept %s%n", forgotten, pruned, kept);
    assertEquals(
        2 * NIGHTS - forgotten, kept.values().stream().mapToInt(List::size).sum(), kept::toString);
    for (String volume : trees.keySet()) {
      List<String> names = kept.getOrDefault(volume, List.of());
      assertTrue(names.size() >= 7 + 2 && names.size() < NIGHTS, names::toString);
      for (String name : names) {
        int streams = 1;
        for (String at = name; parents.containsKey(at); at = parents.getOrDefault(at, "")) {
          streams++;
        }
        assertTrue(streams <= (volume.equals("home") ? LEVELS : 8), name + ": " + streams);
        here("restore", name, "--into", target.path().toString(), "--json");
        String snapshot = name.substring(volume.length() + 1);
        assertEquals(
            List.of(),
            TreeDiff.between(references.resolve(snapshot), target.path().resolve(snapshot), 20));
      }
    }
    assertTrue(pruned > 0, "nothing was pruned");
    here("prune", "--grace", "0s", "--json");
    JsonNode verified = here("verify", "--read-data", "--json");
    assertEquals(0, verified.at("/leftovers/chunks").intValue(), verified::toString);
  }

  /** Runs a command line of that night; what it prints last. */
  private JsonNode here(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Host host =
        new Host(
            computer.environment(),
            InputStream.nullInputStream(),
            out,
            err,
            Host.Terminals.NONE,
            ZoneOffset.UTC,
            () -> now);
    ExitCode exit = Firkin.run(host, new Interrupts(), arguments);
    String printed = out.toString(StandardCharsets.UTF_8);
    assertEquals(ExitCode.DONE, exit, () -> printed + "\n" + err.toString(StandardCharsets.UTF_8));
    return JsonMapper.shared().readTree(printed.lines().toList().getLast());
  }

  private TreeMaker tree(String volume) {
    TreeMaker tree = trees.get(volume);
    if (tree == null) {
      throw new AssertionError(volume);
    }
    return tree;
  }

  private List<Path> snapshots(String volume) throws Exception {
    try (Stream<Path> names = Files.list(disk.path().resolve("snapshots").resolve(volume))) {
      return names.sorted().toList();
    }
  }
}
