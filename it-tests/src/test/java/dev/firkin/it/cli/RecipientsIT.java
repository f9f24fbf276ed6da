package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.servers.Requirements;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Who can read what, when the recipients change: as the stock {@code age} sees it, and as hosts
 * that were given another list do.
 */
@Timeout(300)
class RecipientsIT {
  @TempDir private Path folder;
  private Path repository;
  private Path config;
  private Path adminsIdentity;
  private Path readersIdentity;
  private String admins;
  private String readers;

  /** Made the repository, and changes it. */
  private Computer admin;

  /** Pushes, and has no identity. */
  private Computer nas;

  /** Has an identity, and never joined. */
  private Computer reader;

  @BeforeEach
  void makeRepository() throws Exception {
    Requirements.need("age", Files.isExecutable(Path.of("/usr/bin/age")), "install age");
    repository = folder.resolve("repository");
    config = repository.resolve("firkin.json");
    admin = Computer.in(folder.resolve("admin")).withRepository(repository);
    adminsIdentity = admin.folder().resolve("identity.txt");
    admins = Computer.recipient(adminsIdentity);
    nas = Computer.in(folder.resolve("nas")).use(repository.toString());
    nas.here("join", "--identity-file", adminsIdentity).succeeded();
    reader = Computer.in(folder.resolve("reader")).use(repository.toString());
    readersIdentity = reader.makeIdentity();
    readers = Computer.recipient(readersIdentity);
  }

  @AfterEach
  void close() {
    Computer.closeAll(admin, nas, reader);
  }

  @Test
  void aListHoldsFromItsChangeOn() throws Exception {
    byte[] old = randomBytes(1, 1 << 20);
    Set<Path> oldChunks = push("old", old);

    Ended added = admin.run("recipients", "add", readers).succeeded();
    assertTrue(added.stderr().contains("none of the snapshots there (1)"), added::toString);
    nas.run("push", "--stdin", "--name", "db/refused", "--", "true")
        .failed(1, "were changed", "firkin recipients accept");
    Ended shown = nas.run("recipients").succeeded();
    assertTrue(shown.stdout().contains("  added      " + readers), shown::toString);
    assertEquals(1, onATerminal("n").status());
    nas.here("list").failed(1, "were changed");
    Ended asked = onATerminal("y");
    assertEquals(0, asked.status(), asked::toString);
    assertTrue(asked.stdout().contains("[y/N]"), asked::toString);

    byte[] fresh = randomBytes(2, 1 << 20);
    Set<Path> freshChunks = push("fresh", fresh);
    push("mixed", joined(old, fresh));
    assertArrayEquals(fresh, reader.here("restore", "fresh", "--stdout").succeeded().bytes());
    for (String snapshot : List.of("old", "mixed")) {
      Ended refused =
          reader.run("restore", snapshot, "--stdout").failed(1, "not encrypted to", "older");
      assertEquals(0, refused.bytes().length, snapshot);
    }
    assertOpen(readersIdentity, freshChunks, true);
    assertOpen(readersIdentity, oldChunks, false);

    Ended removed = admin.run("recipients", "remove", readers).succeeded();
    assertTrue(removed.stderr().contains("can still read every chunk"), removed::toString);
    nas.here("recipients", "accept", "--yes").succeeded();
    byte[] later = randomBytes(3, 1 << 20);
    Set<Path> laterChunks = push("later", later);
    assertOpen(readersIdentity, laterChunks, false);
    assertOpen(adminsIdentity, laterChunks, true);
    assertOpen(readersIdentity, freshChunks, true); // as was said
    reader.run("restore", "later", "--stdout").failed(1, "none of the given identities");
    assertArrayEquals(later, admin.here("restore", "later", "--stdout").succeeded().bytes());
  }

  @Test
  void aRunningPushGoesOnWithItsList() throws Exception {
    Path begin = Files.write(folder.resolve("begin"), randomBytes(4, 3 << 20));
    Path end = Files.write(folder.resolve("end"), randomBytes(5, 1 << 20));
    Path go = folder.resolve("go");
    String stream =
        "cat %s; until [ -e %s ]; do sleep 0.05; done; cat %s".formatted(begin, go, end);
    Running push =
        nas.start("push", "--stdin", "--name", "db/running", "--", "bash", "-c", stream)
            .until("it stores", () -> StoredFiles.in(repository, "chunks").size() > 10);
    admin.here("recipients", "add", readers).succeeded();
    Files.createFile(go);
    push.await().succeeded();
    nas.here("list").failed(1, "were changed");
    assertOpen(readersIdentity, chunks(), false);
    byte[] whole = joined(Files.readAllBytes(begin), Files.readAllBytes(end));
    assertArrayEquals(whole, admin.here("restore", "running", "--stdout").succeeded().bytes());
  }

  @Test
  void aForgedOrOldListIsRefused() throws Exception {
    String original = Files.readString(config);
    slipIn(original, 1);
    refused(nas, "not those this host was given", "not-authentic");
    slipIn(original, 2);
    refused(nas, "not those this host was given", "not-authentic");
    reader.here("list").failed(1); // its key was never stored
    Files.writeString(config, original);

    admin.here("recipients", "add", readers).succeeded();
    nas.here("recipients", "accept", "--yes").succeeded();
    String longer = Files.readString(config);
    admin.here("recipients", "remove", readers).succeeded();
    nas.here("recipients", "accept", admins).succeeded();
    for (String old : List.of(longer, original)) {
      Files.writeString(config, old);
      refused(nas, "rolled back", "rolled-back");
      refused(admin, "rolled back", "rolled-back");
    }
    // A person who has an identity can vouch for it.
    nas.here("join", "--identity-file", adminsIdentity).succeeded();
    push("x", randomBytes(6, 1000));
  }

  private void refused(Computer computer, String words, String state) throws Exception {
    computer.run("push", "--stdin", "--name", "db/x", "--", "echo", "x").failed(1, words);
    Ended shown = computer.run("recipients", "--json");
    assertEquals(5, shown.status(), shown::toString);
    assertEquals(state, shown.json().at("/pin/state").asString());
    computer.run("recipients", "accept", "--yes").failed(1, words);
    computer.run("recipients", "add", readers).failed(1, words);
    assertEquals(Set.of(), chunks());
  }

  private void slipIn(String json, int generation) throws Exception {
    String mine = "\"" + admins + "\"";
    Files.writeString(
        config,
        json.replace(mine, mine + ",\"" + readers + "\"")
            .replace("\"generation\":1", "\"generation\":" + generation));
  }

  /** Two computers at once: whoever is not told otherwise is on the list. */
  @Test
  void twoChangesAtOnceLoseNobody() throws Exception {
    Running first = admin.start("recipients", "add", readers);
    String another = nas.here("keygen", "--json").succeeded().json().get("publicKey").asString();
    Running second = nas.start("recipients", "add", another);
    int ended = 0;
    if (first.await().status() != 0) {
      ended++;
      again(admin, readers);
    }
    if (second.await().status() != 0) {
      ended++;
      again(nas, another);
    }
    assertTrue(ended <= 1, "neither was first");
    List<String> list = new ArrayList<>();
    for (JsonNode one : nas.run("recipients", "--json").json().get("recipients")) {
      list.add(one.get("recipient").asString());
    }
    assertEquals(Set.of(admins, readers, another), Set.copyOf(list));
  }

  /** By the list from before its wait it would take the chunks of others for damage. */
  @Test
  void aRepairThatWaitedGoesByTheListOfNow() throws Exception {
    Path shared = folder.resolve("shared");
    admin.use(shared.toString());
    admin.here("init", "-r", admins, "-r", readers, "--chunk-size", "64K").succeeded();
    reader.use(shared.toString());
    Path go = folder.resolve("go");
    Running push =
        admin
            .start(
                "push",
                "--stdin",
                "--name",
                "db/long",
                "--",
                "bash",
                "-c",
                "echo begun; until [ -e %s ]; do sleep 0.05; done".formatted(go))
            .until("it works", () -> !StoredFiles.in(shared, "leases").isEmpty());
    Running repair = reader.start("repair", "--read-data");
    repair.until("it waits", () -> said(repair).contains("waiting for 'push'"));
    admin.here("recipients", "remove", readers).succeeded();
    Path file = Files.write(folder.resolve("fresh"), randomBytes(7, 200_000));
    admin.here("push", "--stdin", "--name", "db/fresh", "--", "cat", file).succeeded();
    Files.createFile(go);
    push.await().succeeded();

    repair.await().failed(1, "none of the given identities");

    assertEquals(List.of(), StoredFiles.in(shared, "trash"));
    admin.here("verify", "--read-data").succeeded();
  }

  private static String said(Running running) {
    try {
      return running.stderr();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void again(Computer computer, String recipient) throws Exception {
    computer.here("recipients", "accept", "--yes").succeeded();
    computer.here("recipients", "add", recipient).succeeded();
  }

  /** Accepts as a person would, on a terminal. */
  private Ended onATerminal(String answer) throws Exception {
    return nas.shell(
        "echo " + answer + " | script -qec 'firkin recipients accept' " + folder.resolve("typed"));
  }

  /** Pushes the bytes; gives the chunks that this added. */
  private Set<Path> push(String name, byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve(name), bytes);
    Set<Path> before = chunks();
    nas.here("push", "--stdin", "--name", "db/" + name, "--", "cat", file).succeeded();
    Set<Path> added = chunks();
    added.removeAll(before);
    return added;
  }

  private Set<Path> chunks() {
    return new TreeSet<>(StoredFiles.in(repository, "chunks"));
  }

  private static void assertOpen(Path identity, Set<Path> chunks, boolean expected)
      throws Exception {
    assertFalse(chunks.isEmpty());
    for (Path chunk : chunks) {
      Process age =
          new ProcessBuilder("age", "-d", "-i", identity.toString(), chunk.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectErrorStream(false)
              .start();
      String said = new String(age.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected, age.waitFor() == 0, () -> chunk + ": " + said);
      assertEquals(!expected, said.contains("no identity matched"), said);
    }
  }

  private static byte[] joined(byte[] a, byte[] b) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(a);
    out.write(b);
    return out.toByteArray();
  }

  private static byte[] randomBytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
