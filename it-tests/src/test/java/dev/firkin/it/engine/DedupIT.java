package dev.firkin.it.engine;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.Program;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.transfer.PushResult;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much of what was sent before is found again, on real files and with the default chunks. */
@Timeout(600)
class DedupIT {
  private static final long SHARED_FILES_BYTES = 60L << 20;
  private static final int CHANGED_FILES = 40;

  @TempDir private Path folder;
  private LoopBtrfs source;
  private ObjectStore store;

  @BeforeEach
  void mount() throws Exception {
    source = LoopBtrfs.in(folder);
    StoreUrl url = StoreUrl.parse(folder.resolve("objects").toString());
    store = ObjectStores.create(url, StoreOptions.defaults());
  }

  @AfterEach
  void unmount() throws IOException {
    if (store != null) {
      store.close();
    }
    LoopBtrfs.closeAll(source);
  }

  @Test
  void dataIsFoundAgainByAnotherProtocolAndTheNextDay() throws Exception {
    Path origin = source.subvolume("origin");
    Program.run("cp", "-r", "--no-preserve=ownership", System.getProperty("java.home"), origin);
    copySharedFiles(Path.of("/usr/share"), Files.createDirectory(origin.resolve("share")));
    Path monday = source.snapshot(origin, "monday");
    List<Path> changed = changeSome(origin);
    Path tuesday = source.snapshot(origin, "tuesday");
    Host host =
        Host.create(
            folder.resolve("host"), store, ChunkerParameters.DEFAULT, AgeIdentity.generate());

    PushResult first = host.push("home", "monday", Producers.send(Request.full(monday)));
    PushResult byProtocol2 =
        host.push("home", "monday", Producers.send(Request.full(monday).withProtocol(2)));
    PushResult nextDay = host.push("home", "tuesday", Producers.send(Request.full(tuesday)));

    long stored = first.counts().added().storedBytes();
    long storedNextDay = nextDay.counts().added().storedBytes();
    long newByProtocol2 = newDataChunks(host, first.manifest(), byProtocol2.manifest());
    System.out.printf(
        "dedup: first full %,d bytes, %,d stored; by protocol 2 %d of %d data chunks new, %,d bytes"
            + " stored; next full with %d of %,d files changed %,d bytes stored, %.1f %%%n",
        first.manifest().stream().bytes(),
        stored,
        newByProtocol2,
        byProtocol2.manifest().data().chunks(),
        byProtocol2.counts().added().storedBytes(),
        changed.size(),
        files(origin).size(),
        storedNextDay,
        100.0 * storedNextDay / stored);
    assertEquals(CHANGED_FILES, changed.size());
    assertEquals(
        2,
        host.snapshots().load().volume("home").stream()
            .filter(m -> m.name().name().equals("monday"))
            .count());
    assertEquals(0, newByProtocol2);
    assertTrue(storedNextDay > 0, "a changed tree stored nothing");
    assertTrue(storedNextDay <= 0.15 * stored, storedNextDay + " of " + stored);
  }

  private static long newDataChunks(Host host, Manifest before, Manifest after) throws Exception {
    Set<ChunkId> known = host.references(before.data()).stream().map(ChunkRef::id).collect(toSet());
    return host.references(after.data()).stream().filter(r -> !known.contains(r.id())).count();
  }

  /** Appends to, overwrites, replaces or deletes files that are spread over the tree. */
  private static List<Path> changeSome(Path top) throws IOException {
    List<Path> files = files(top);
    assertTrue(files.size() > 1000, "only " + files.size() + " files");
    Random random = new Random(7);
    Collections.shuffle(files, random);
    List<Path> changed = files.subList(0, CHANGED_FILES);
    for (int i = 0; i < changed.size(); i++) {
      Path file = changed.get(i);
      byte[] bytes = SampleStreams.bytes(random, 1 + random.nextInt(20_000));
      switch (i % 4) {
        case 0 -> Files.write(file, bytes, StandardOpenOption.APPEND);
        case 1 -> Files.write(file, bytes, StandardOpenOption.WRITE); // over its beginning
        case 2 -> {
          Files.delete(file);
          Files.write(file, bytes);
        }
        default -> Files.delete(file);
      }
    }
    return changed;
  }

  private static List<Path> files(Path top) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  /** Copies small files, which every machine has by the thousand, up to a size in all. */
  private static void copySharedFiles(Path from, Path to) throws IOException {
    long bytes = 0;
    for (Path file : files(from)) {
      long size = Files.size(file);
      if (size > 1 << 20 || !Files.isReadable(file)) {
        continue;
      }
      bytes += size;
      if (bytes > SHARED_FILES_BYTES) {
        return;
      }
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }
}
