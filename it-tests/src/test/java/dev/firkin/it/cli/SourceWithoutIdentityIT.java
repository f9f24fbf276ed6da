package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.TreeDiff;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.servers.Requirements;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A computer that was given recipients only does everything but read: not one chunk can be
 * decrypted with all that lies on its disk.
 */
@Timeout(300)
class SourceWithoutIdentityIT {
  @TempDir private Path folder;
  private LoopBtrfs disk;
  private LoopBtrfs freshDisk;
  private Path repository;
  private Path readersIdentity;
  private Computer source;
  private Computer reader;

  @BeforeEach
  void makeRepository() throws Exception {
    Requirements.need("age", Files.isExecutable(Path.of("/usr/bin/age")), "install age");
    disk = LoopBtrfs.in(folder);
    freshDisk = LoopBtrfs.in(folder);
    repository = folder.resolve("repository");
    reader = Computer.in(folder.resolve("reader")).use(repository.toString());
    readersIdentity = reader.makeIdentity();
    source = Computer.in(folder.resolve("source")).use(repository.toString());
    source.here("init", "--recipient", Computer.recipient(readersIdentity)).succeeded();
  }

  @AfterEach
  void close() throws Exception {
    Computer.closeAll(source, reader);
    LoopBtrfs.closeAll(disk, freshDisk);
  }

  @Test
  void pushesResumesAndListsButCannotRead() throws Exception {
    Path origin = disk.subvolume("home");
    TreeMaker tree = new TreeMaker(origin, 1);
    tree.fill(60, 300_000);
    Files.write(origin.resolve("large"), randomBytes(96 << 20));
    Path full = disk.snapshot(origin, "full");
    killHalfWay("push", full);
    source.here("push", full).succeeded();
    tree.mutate(40);
    Path delta = disk.snapshot(origin, "delta");
    JsonNode pushed = source.run("push", delta, "--json").succeeded().json();

    assertTrue(pushed.toString().contains("\"added"), pushed::toString);
    String listed = source.here("list").succeeded().stdout();
    assertTrue(listed.contains("full") && listed.contains("delta"), listed);
    source.here("show", "home/delta").succeeded();
    source.here("verify").succeeded();
    Ended refused = source.run("restore", "home/full", "--stdout").failed(1, "identity");
    assertEquals(0, refused.bytes().length);

    assertNothingOfTheSourceOpensAChunk();

    reader.here("restore", "home/delta", "--into", freshDisk.path()).succeeded();
    assertEquals(List.of(), TreeDiff.between(delta, freshDisk.path().resolve("delta"), 20));
  }

  private void killHalfWay(Object... push) throws Exception {
    source
        .start(push)
        .until("half is stored", () -> StoredFiles.bytes(repository) > 48 << 20)
        .killed();
    source.here("list").succeeded();
  }

  /**
   * Each file of the source, and each key that follows from its secret, is tried on each chunk.
   * That the same attempt opens what it may open shows that it is made in the right way.
   */
  private void assertNothingOfTheSourceOpensAChunk() throws Exception {
    List<Path> keys = new ArrayList<>(StoredFiles.sizes(source.configuration()).keySet());
    assertFalse(keys.isEmpty(), "the source keeps no secret");
    keys.addAll(StoredFiles.sizes(source.state()).keySet());
    for (Path file : keys) {
      String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertFalse(content.contains("AGE-SECRET-KEY-1"), file + " holds an identity");
    }
    Path derived = writeMetadataIdentity();
    keys.add(derived);

    List<Path> chunks = StoredFiles.in(repository, "chunks");
    assertTrue(chunks.size() > 20, chunks::toString);
    for (Path chunk : chunks) {
      assertFalse(opens(derived, chunk), () -> "the metadata identity opens " + chunk);
    }
    for (Path key : keys) {
      assertFalse(opens(key, chunks.getFirst()), () -> key + " opens a chunk");
    }
    assertTrue(opens(derived, StoredFiles.in(repository, "snapshots").getFirst()));
    assertTrue(opens(readersIdentity, chunks.getFirst()));
  }

  /** The one identity that follows from the secret on the source's disk. */
  private Path writeMetadataIdentity() throws IOException {
    Path known = StoredFiles.in(source.configuration(), "repositories").getFirst();
    JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(known));
    byte[] id = HexFormat.of().parseHex(json.get("repository").asString());
    byte[] secret = Base64.getDecoder().decode(json.get("secret").asString());
    RepositoryKeys keys = RepositoryKeys.derive(RepositorySecret.of(secret), id);
    return Files.writeString(
        folder.resolve("metadata.txt"), keys.metadataIdentity().orElseThrow().secretText() + "\n");
  }

  private boolean opens(Path identity, Path object) throws Exception {
    return new ProcessBuilder("age", "-d", "-i", identity.toString(), object.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }
}
