package dev.firkin.it.cli;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.nightly.SimulatedYear;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.engine.Objects;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a simulated year stores is received by a real btrfs, on a disk that begins empty. */
@Timeout(600)
class YearIT {
  private static final int BETWEEN_SAMPLES = 13; // no week, so that prunes lie at every distance

  @TempDir private Path folder;

  @Test
  void btrfsReceivesASampleOfWhatIsKept() throws Exception {
    SimulatedYear year = new SimulatedYear(folder, "chain = \"linear\"\nfull_every = \"7d\"", 3);
    Random random = new Random(3);
    Set<SnapshotName> sampled = new HashSet<>();
    int samples = 0;
    Path repository = folder.resolve("repository");
    try (LoopBtrfs disk = LoopBtrfs.in(folder);
        Computer computer = Computer.in(folder.resolve("computer")).use(repository.toString())) {
      for (int night = 1; night <= SimulatedYear.NIGHTS; night++) {
        year.night();
        if (night % BETWEEN_SAMPLES == 0) {
          bringUpToDate(year.store(), repository);
          SnapshotName wanted = oneOf(year.stored(), random);
          computer.here("restore", wanted, "--into", disk.path()).succeeded();
          assertTree(
              year.files(wanted),
              disk.path().resolve(wanted.name()),
              "night " + night + ", " + wanted);
          sampled.add(wanted);
          samples++;
        }
      }
    }
    System.out.println(year.summary() + "; " + samples + " samples, received " + sampled.size());
    assertEquals(SimulatedYear.NIGHTS / BETWEEN_SAMPLES, samples);
    assertTrue(sampled.size() > samples / 2, sampled::toString);
  }

  private static SnapshotName oneOf(List<SnapshotName> names, Random random) {
    return names.get(random.nextInt(names.size()));
  }

  private static void bringUpToDate(ObjectStore from, Path folder) throws Exception {
    try (ObjectStore to =
        ObjectStores.create(StoreUrl.parse(folder.toString()), StoreOptions.defaults())) {
      Set<ObjectKey> wanted = Objects.keys(from, "");
      Set<ObjectKey> there = Objects.keys(to, "");
      to.delete(there.stream().filter(key -> !wanted.contains(key)).toList());
      for (ObjectKey key : wanted) {
        // The name of a chunk says what is in it.
        if (ObjectKind.of(key) != ObjectKind.CHUNKS || !there.contains(key)) {
          Objects.write(to, key, Objects.read(from, key));
        }
      }
    }
  }

  private static void assertTree(Map<String, byte[]> files, Path tree, String which)
      throws Exception {
    try (Stream<Path> there = Files.list(tree)) {
      assertEquals(
          files.keySet(),
          there.map(p -> p.getFileName().toString()).collect(toUnmodifiableSet()),
          which);
    }
    for (var file : files.entrySet()) {
      assertArrayEquals(
          file.getValue(),
          Files.readAllBytes(tree.resolve(file.getKey())),
          () -> which + ": " + file.getKey());
    }
  }
}
