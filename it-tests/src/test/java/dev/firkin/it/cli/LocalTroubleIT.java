package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsTool;
import dev.firkin.it.btrfs.Program;
import dev.firkin.it.servers.Requirements;
import dev.firkin.repository.local.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What this machine itself may lack or have damaged: firkin says so in one line, or goes on without
 * its cache, and what it has stored is right in either case.
 */
@Timeout(300)
class LocalTroubleIT {
  private static final int FAILED = 1;
  private static final byte[] CONTENT = content(3 << 20);

  /** A computer that has pushed, made once; each test has a copy. */
  @TempDir private static Path template;

  @TempDir private Path folder;
  private final List<Path> mounts = new ArrayList<>();
  private Path repository;
  private Path data;
  private Computer computer;

  @BeforeAll
  static void push() throws Exception {
    Path data = Files.write(template.resolve("data"), CONTENT);
    try (Computer first =
        Computer.in(template.resolve("computer")).withRepository(template.resolve("repository"))) {
      first.shell("firkin push --stdin --name t/before <" + data).succeeded();
      first.here("list").succeeded();
    }
  }

  @BeforeEach
  void copy() throws Exception {
    repository = folder.resolve("repository");
    Program.run("cp", "-a", template + "/.", folder);
    computer = Computer.in(folder.resolve("computer")).use(repository.toString());
    computer.set("FIRKIN_IDENTITY_FILE", computer.folder().resolve("identity.txt").toString());
    data = folder.resolve("data");
  }

  @AfterEach
  void unmount() throws Exception {
    computer.close();
    for (Path mount : mounts.reversed()) {
      Program.run("umount", mount);
    }
  }

  @Test
  void stateFolderOnAFullDisk() throws Exception {
    Path state = mounted("-t", "tmpfs", "-o", "size=16k", "none", folder.resolve("full"));
    fill(state);
    computer.set("FIRKIN_STATE_DIR", state.toString());

    push("after").succeeded();

    assertSound("before", "after");
  }

  @Test
  void stateFolderThatIsReadOnly() throws Exception {
    readOnly(computer.state());

    push("after").succeeded();

    assertSound("before", "after");
  }

  @Test
  void stateFolderThatIsAFile() throws Exception {
    computer.set("FIRKIN_STATE_DIR", data.toString());

    push("after").succeeded();

    assertSound("before", "after");
    assertArrayEquals(CONTENT, Files.readAllBytes(data));
  }

  /** A repository is not made where its secret cannot be kept. */
  @Test
  void configurationOnAFullDisk() throws Exception {
    Path configuration = mounted("-t", "tmpfs", "-o", "size=16k", "none", folder.resolve("full"));
    fill(configuration);
    Path another = folder.resolve("another");
    String recipient = Computer.recipient(computer.folder().resolve("identity.txt"));
    computer.set("FIRKIN_CONFIG_DIR", configuration.toString());

    computer
        .here("init", "--repo", another, "--recipient", recipient)
        .failed(FAILED, configuration.toString(), "FIRKIN_CONFIG_DIR");
    assertFalse(Files.exists(another.resolve("firkin.json")));
    computer.here("join").failed(FAILED, configuration.toString(), "FIRKIN_CONFIG_DIR");

    computer.set("FIRKIN_CONFIG_DIR", folder.resolve("elsewhere").toString());
    computer.here("init", "--repo", another, "--recipient", recipient).succeeded();
    computer.here("list", "--repo", another).succeeded();
  }

  @Test
  void configurationThatIsReadOnly() throws Exception {
    readOnly(computer.configuration());

    push("after").succeeded();
    computer.here("join").failed(FAILED, computer.configuration().toString());

    assertSound("before", "after");
  }

  /** What may become of a small file. */
  enum Harm {
    EMPTY,
    TRUNCATED,
    GARBAGE,
    A_FOLDER;

    void to(Path file) throws IOException {
      byte[] healthy = Files.readAllBytes(file);
      switch (this) {
        case EMPTY -> Files.write(file, new byte[0]);
        case TRUNCATED -> Files.write(file, Arrays.copyOf(healthy, healthy.length / 2));
        case GARBAGE -> Files.write(file, content(healthy.length));
        case A_FOLDER -> {
          Files.delete(file);
          Files.createDirectory(file);
        }
      }
    }
  }

  @Test
  void cachedManifestThatIsDamaged() throws Exception {
    for (Harm harm : Harm.values()) {
      for (Path copy : cached()) {
        harm.to(copy);
      }

      Ended listed = computer.here("list").succeeded();

      assertTrue(listed.stdout().contains("t/before"), () -> harm + ": " + listed);
      assertEquals("", listed.stderr(), harm::toString);
      Program.run("rm", "-r", computer.state());
      computer.here("list").succeeded();
    }
    push("after").succeeded();
    assertSound("before", "after");
  }

  @Test
  void cacheOfAnotherRepository() throws Exception {
    Path another = folder.resolve("another");
    Computer other = Computer.in(folder.resolve("other")).withRepository(another);
    other.shell("firkin push --stdin --name t/before <" + data).succeeded();
    Path foreign = StoredFiles.in(another, "snapshots").getFirst();
    for (Path copy : cached()) {
      Files.copy(foreign, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    other.close();

    push("after").succeeded();

    assertSound("before", "after");
  }

  @Test
  void configurationThatIsDamaged() throws Exception {
    Path known = known();
    byte[] healthy = Files.readAllBytes(known);
    List<Path> stored = new ArrayList<>(StoredFiles.sizes(repository).keySet());
    for (Harm harm : Harm.values()) {
      harm.to(known);

      push("after").failed(FAILED, known.toString());

      assertEquals(stored, new ArrayList<>(StoredFiles.sizes(repository).keySet()));
      Files.delete(known);
      PrivateFiles.writeNew(known, healthy);
    }
    Files.delete(known);
    computer.here("join").succeeded();
    push("after").succeeded();
    assertSound("before", "after");
  }

  @Test
  void configurationOfAnotherRepository() throws Exception {
    Computer other = Computer.in(folder.resolve("other")).withRepository(folder.resolve("another"));
    Path foreign = StoredFiles.in(other.configuration(), "repositories").getFirst();
    Path known = known();
    Files.write(known, Files.readAllBytes(foreign));
    other.close();

    push("after").failed(FAILED, known.toString(), "join");

    Files.delete(known);
    computer.here("join").succeeded();
    assertSound("before");
  }

  @Test
  void configurationOfANewerFirkin() throws Exception {
    Path known = known();
    Files.writeString(
        known, Files.readString(known).replace("\"format\":1", "\"format\":2,\"more\":[]"));

    push("after").failed(FAILED, known.toString(), "newer");
  }

  @Test
  void filesOfOthersInTheConfiguration() throws Exception {
    Files.writeString(known().resolveSibling("notes.json"), "mine");
    Files.createDirectory(known().resolveSibling("backup"));

    push("after").succeeded();

    assertSound("before", "after");
  }

  /** As little as is needed for a start, and less than a run wants. */
  @ParameterizedTest
  @ValueSource(ints = {24, 66, 72, 80})
  void fewFileDescriptors(int most) throws Exception {
    Ended push =
        computer.shell("ulimit -n " + most + "; exec firkin push --stdin --name t/after <" + data);

    if (push.status() == 0) {
      assertSound("before", "after");
    } else {
      push.failed(FAILED, "files", "ulimit -n");
      push("after").succeeded();
      assertSound("before", "after");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8m", "28m"})
  void littleHeap(String heap) throws Exception {
    computer.set("FIRKIN_HEAP", heap);
    Ended push = push("after");

    computer.unset("FIRKIN_HEAP");
    if (push.status() != 0) {
      push.failed(FAILED, "out of memory", "FIRKIN_HEAP");
      push("after").succeeded();
    }
    assertSound("before", "after");
  }

  private Ended push(String name) throws Exception {
    return computer.shell("firkin push --stdin --name t/" + name + " <" + data);
  }

  private void assertSound(String... names) throws Exception {
    computer.here("verify", "--read-data").succeeded();
    String last = names[names.length - 1];
    Ended restored = computer.run("restore", "t/" + last, "--stdout").succeeded();
    assertArrayEquals(CONTENT, restored.bytes(), last);
    assertEquals(names.length, StoredFiles.in(repository, "snapshots").size());
  }

  private Path known() {
    return StoredFiles.in(computer.configuration(), "repositories").getFirst();
  }

  private List<Path> cached() {
    List<Path> copies = new ArrayList<>(StoredFiles.sizes(computer.state()).keySet());
    assertTrue(!copies.isEmpty(), "nothing is cached");
    return copies;
  }

  private void readOnly(Path path) throws Exception {
    mounted("--bind", path.toString(), path);
    Program.run("mount", "-o", "remount,bind,ro", path);
  }

  private Path mounted(Object... words) throws Exception {
    Requirements.need("btrfs", BtrfsTool.isRoot(), "mounts take root: run the tests as root");
    Path point = Files.createDirectories((Path) words[words.length - 1]);
    List<Object> command = new ArrayList<>(List.of("mount"));
    command.addAll(Arrays.asList(words));
    Program.run(command.toArray());
    mounts.add(point);
    return point;
  }

  private static void fill(Path disk) throws IOException {
    byte[] page = new byte[4096];
    try (var out = Files.newOutputStream(disk.resolve("ballast"))) {
      while (Files.getFileStore(disk).getUsableSpace() > 0) {
        out.write(page);
      }
    }
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }
}
