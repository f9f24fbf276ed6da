package dev.firkin.it.cli;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.nightly.SimulatedYear;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
@Timeout(300)
class YearIT {
  private static final int BETWEEN_SAMPLES = 14;
  private static final int MOST_OBJECT_BYTES = 16 << 20;

  @TempDir private Path folder;

  @Test
  void btrfsReceivesASampleOfWhatIsKept() throws Exception {
    SimulatedYear year = new SimulatedYear(folder, "chain = \"tree\"", 3);
    Random random = new Random(3);
    Set<SnapshotName> sampled = new HashSet<>();
    int samples = 0;
    try (LoopBtrfs disk = LoopBtrfs.in(folder);
        Computer computer = Computer.in(folder.resolve("computer"))) {
      for (int night = 1; night <= SimulatedYear.NIGHTS; night++) {
        year.night();
        if (night % BETWEEN_SAMPLES == 0) {
          Path repository = folder.resolve("repository-" + night);
          copy(year.store(), repository);
          SnapshotName wanted = oneOf(year.stored(), random);
          computer
              .use(repository.toString())
              .here("restore", wanted, "--into", disk.path())
              .succeeded();
          assertTree(year.files(wanted), disk.path().resolve(wanted.name()));
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

  private static void copy(ObjectStore from, Path folder) throws Exception {
    try (ObjectStore to =
        ObjectStores.create(StoreUrl.parse(folder.toString()), StoreOptions.defaults())) {
      List<ObjectKey> keys = new ArrayList<>();
      from.list(KeyPrefix.all(), info -> keys.add(info.key()));
      for (ObjectKey key : keys) {
        to.put(key, from.get(key, MOST_OBJECT_BYTES).body(), PutCondition.always());
      }
    }
  }

  private static void assertTree(Map<String, byte[]> files, Path tree) throws Exception {
    try (Stream<Path> there = Files.list(tree)) {
      assertEquals(
          files.keySet(), there.map(p -> p.getFileName().toString()).collect(toUnmodifiableSet()));
    }
    for (var file : files.entrySet()) {
      assertArrayEquals(
          file.getValue(), Files.readAllBytes(tree.resolve(file.getKey())), file::getKey);
    }
  }
}
