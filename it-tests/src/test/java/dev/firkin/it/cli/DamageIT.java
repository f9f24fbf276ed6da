package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that lost something, or changed it: found, said, and nothing half-written. */
@Timeout(120)
class DamageIT {
  private static final int DAMAGED = 5;

  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs target;
  private Path repository;
  private Path snapshot;
  private Computer computer;

  /** What may happen to an object. */
  enum Damage {
    MISSING,
    FLIPPED_BIT,
    CUT_OFF,
    ANOTHER_CHUNK;

    void inflict(Path object, Path other) throws IOException {
      byte[] content = Files.readAllBytes(object);
      switch (this) {
        case MISSING -> Files.delete(object);
        case FLIPPED_BIT -> {
          content[content.length / 2] ^= 4;
          Files.write(object, content);
        }
        case CUT_OFF -> Files.write(object, Arrays.copyOf(content, content.length - 1));
        case ANOTHER_CHUNK -> Files.write(object, Files.readAllBytes(other));
      }
    }
  }

  @BeforeEach
  void push() throws Exception {
    disk = LoopBtrfs.in(folder);
    target = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    computer = Computer.in(folder.resolve("computer")).withRepository(repository);
    Path origin = disk.subvolume("home");
    new TreeMaker(origin, 4).fill(60, 200_000);
    snapshot = disk.snapshot(origin, "monday");
    computer.here("push", snapshot).succeeded();
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(computer);
    LoopBtrfs.closeAll(disk, target);
  }

  @ParameterizedTest
  @EnumSource
  void chunkIsFoundAndNothingHalfWritten(Damage damage) throws Exception {
    List<Path> largest =
        StoredFiles.in(repository, "chunks").stream()
            .sorted(Comparator.comparingLong(DamageIT::size).reversed())
            .toList();
    Path victim = largest.getFirst();
    byte[] healthy = Files.readAllBytes(victim);
    damage.inflict(victim, largest.get(1));
    String id = victim.getFileName().toString();

    Path file = folder.resolve("stream");
    computer.run("restore", "monday", "--to-file", file).failed(DAMAGED, id, "verify");
    assertFalse(Files.exists(file));
    assertEquals(List.of(), named("stream", folder));
    computer.run("restore", "monday", "--stdout").failed(DAMAGED, id);
    computer.run("restore", "monday", "--into", target.path()).failed(DAMAGED, id);
    assertEquals(List.of(), entries(target.path()), "subvolumes left on the target");
    Ended verified = computer.here("verify", "--read-data");
    assertEquals(DAMAGED, verified.status(), verified::toString);
    assertTrue((verified.stdout() + verified.stderr()).contains(id), verified::toString);

    Files.createDirectories(victim.getParent());
    Files.write(victim, healthy);
    computer.here("restore", "monday", "--into", target.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(snapshot, target.path().resolve("monday"), 20));
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  private static List<Path> entries(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }

  private static List<Path> named(String part, Path path) throws IOException {
    return entries(path).stream().filter(f -> f.getFileName().toString().contains(part)).toList();
  }

  /** As a disk loses what it holds: the kernel gives an error in place of the bytes. */
  @Test
  void whatTheDiskCannotReadIsDamage() throws Exception {
    LoopBtrfs rotten = LoopBtrfs.in(folder, 1L << 30, "");
    Path there = rotten.path().resolve("repository");
    Computer other = Computer.in(folder.resolve("other"));
    try (rotten;
        other) {
      other.withRepository(there).run("push", snapshot).succeeded();
      Path chunk =
          StoredFiles.in(there, "chunks").stream()
              .max(Comparator.comparingLong(DamageIT::size))
              .orElseThrow();
      rotten.rot(Files.readAllBytes(chunk));

      Ended verified = other.here("verify", "--read-data");

      assertEquals(DAMAGED, verified.status(), verified::toString);
      assertTrue(verified.stdout().contains(chunk.getFileName().toString()), verified::toString);
      other.here("push", "--repair", snapshot).succeeded();
      other.here("verify", "--read-data").succeeded();
    }
  }
}
