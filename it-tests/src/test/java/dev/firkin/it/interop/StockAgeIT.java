package dev.firkin.it.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.Hash256;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.it.engine.Host;
import dev.firkin.it.engine.Producers;
import dev.firkin.it.engine.SampleStreams;
import dev.firkin.it.servers.Requirements;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of object opens with the stock programs. */
@Timeout(300)
class StockAgeIT {
  private static final String PASSPHRASE = "größe: correct horse battery staple";

  @TempDir private Path folder;
  private Path objects;
  private ObjectStore store;
  private AgeIdentity reader;
  private Path identity;

  @BeforeEach
  void makeStore() throws Exception {
    Stock.need();
    objects = Files.createDirectory(folder.resolve("objects"));
    store = ObjectStores.open(StoreUrl.parse(objects.toString()), StoreOptions.defaults());
    identity = folder.resolve("identity.txt");
    // The stock program's own key, so that its text is understood by us as ours is by it.
    Stock.run(folder, "age-keygen", "-o", identity).succeeded();
    String line =
        Files.readAllLines(identity).stream().filter(l -> !l.startsWith("#")).findFirst().get();
    reader = AgeIdentity.parse(line);
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void chunkPageManifestSecretAndCheckpointOpenWithAgeAndZstd() throws Exception {
    AgeIdentity other = AgeIdentity.generate();
    Host host = Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, other, reader);
    host.push("home", "monday", Producers.of(SampleStreams.full(1, 8 << 20)));
    leaveCheckpoint(host);

    List<Path> chunks = under("chunks");
    assertTrue(chunks.size() > 64, chunks::toString);
    for (Path chunk : List.of(chunks.getFirst(), chunks.getLast())) {
      assertEquals(
          chunk.getFileName().toString(), host.repository().chunks().id(open(chunk)).toString());
    }
    List<Path> pages = under("pages");
    assertFalse(pages.isEmpty());
    for (Path page : pages) {
      byte[] plaintext = open(page);
      assertEquals("FKPAGE1\n", new String(plaintext, 0, 8, StandardCharsets.US_ASCII));
      assertEquals(0, (plaintext.length - 8) % 40);
    }
    Path manifest = only(under("snapshots"));
    String json = new String(open(manifest), StandardCharsets.UTF_8);
    assertTrue(json.contains("\"snapshot\":\"monday\""), json);
    assertTrue(json.endsWith("\"}\n"), json);
    String checkpoint = new String(open(only(under("uploads"))), StandardCharsets.UTF_8);
    assertTrue(checkpoint.contains("\"snapshot\":\"tuesday\""), checkpoint);
    Path slot = objects.resolve("keys").resolve(reader.recipient().tag() + ".secret.age");
    String secret = Stock.run(folder, "age", "-d", "-i", identity, slot).succeeded().text();
    assertTrue(secret.contains("\"repository\":\"" + host.repository().config().id() + "\""));
    assertNotEquals(
        0,
        Stock.run(
                folder,
                "age",
                "-d",
                "-i",
                identity,
                objects.resolve("keys").resolve(other.recipient().tag() + ".secret.age"))
            .status());
  }

  @Test
  void plainObjectsOpenWithZstdAlone() throws Exception {
    Host host = Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, Protection.NONE);
    byte[] stream = SampleStreams.bytes(new Random(4), 100_000);
    host.push("stdin", "bytes", Producers.of(stream));

    Path manifest = only(under("snapshots"));
    String json = Stock.run(folder, "zstd", "-dcq", manifest).succeeded().text();
    assertTrue(json.contains("\"type\":\"opaque\""), json);
    for (Path chunk : under("chunks")) {
      byte[] plaintext = Stock.run(folder, "zstd", "-dcq", chunk).succeeded().bytes();
      String sum = Stock.run(folder, plaintext, "sha256sum").succeeded().text().substring(0, 64);
      assertEquals(chunk.getFileName().toString(), sum);
    }
  }

  @Test
  void scryptSlotOpensWithAgeAndThePassphrase() throws Exception {
    Host host = createWithPassphrase(PassphraseKdf.SCRYPT);
    Path slot = only(slots());

    String printed = typed(slot, PASSPHRASE).succeeded().text();

    assertOpensRepository(host, printed);
    assertNotEquals(0, typed(slot, PASSPHRASE + "!").status());
  }

  @Test
  void bcryptSlotOpensWithThePagesScriptAndTheSystemsLibcrypt() throws Exception {
    // -S: without the site's packages, so without python3-bcrypt.
    bcryptSlotOpens("python3", "-S");
  }

  @Test
  void bcryptSlotOpensWithThePagesScriptAndPythonsBcrypt() throws Exception {
    Optional<String> python =
        Stream.of("python3", "/usr/bin/python3").filter(this::hasBcrypt).findFirst();
    Requirements.need("age", python.isPresent(), "no bcrypt for Python: install python3-bcrypt");
    bcryptSlotOpens(python.orElseThrow(), "-E");
  }

  private boolean hasBcrypt(String python) {
    try {
      return Stock.run(folder, python, "-c", "import bcrypt").status() == 0;
    } catch (IOException e) {
      return false; // no such program
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void bcryptSlotOpens(String python, String option) throws Exception {
    Host host = createWithPassphrase(PassphraseKdf.BCRYPT);
    Path slot = only(slots());
    Path script = Page.extract("firkin-passphrase.py", folder);
    byte[] line = (PASSPHRASE + "\n").getBytes(StandardCharsets.UTF_8);

    Path key = Stock.run(folder, line, python, option, script, slot).succeeded().stdout();
    String printed = Stock.run(folder, "age", "-d", "-i", key, slot).succeeded().text();

    assertOpensRepository(host, printed);
    // Unicode has two spellings of ö; both are the same passphrase.
    byte[] decomposed =
        Normalizer.normalize(PASSPHRASE + "\n", Normalizer.Form.NFD)
            .getBytes(StandardCharsets.UTF_8);
    assertFalse(Arrays.equals(line, decomposed));
    assertEquals(
        Files.readString(key),
        Stock.run(folder, decomposed, python, option, script, slot).succeeded().text());
    byte[] wrong = "wrong\n".getBytes(StandardCharsets.US_ASCII);
    Path otherKey = Stock.run(folder, wrong, python, option, script, slot).succeeded().stdout();
    assertNotEquals(0, Stock.run(folder, "age", "-d", "-i", otherKey, slot).status());
  }

  private Host createWithPassphrase(PassphraseKdf kdf) throws Exception {
    Passphrase passphrase = Passphrase.of(PASSPHRASE.toCharArray());
    return Host.create(
        folder.resolve("host"),
        store,
        Host.SMALL_CHUNKS,
        new Protection(List.of(), Optional.of(passphrase), kdf));
  }

  /** The printed identity is the repository's one recipient, and opens it on a fresh host. */
  private void assertOpensRepository(Host host, String printed) throws Exception {
    AgeIdentity identityBehind = AgeIdentity.parse(printed);
    List<AgeRecipient> recipients = host.repository().config().recipients();
    assertEquals(List.of(identityBehind.recipient()), recipients);
    Credentials credentials = Host.credentials(identityBehind);
    assertTrue(Host.repositories(folder.resolve("fresh")).open(store, credentials).readsData());
  }

  /** Lets age ask at a terminal, as it insists on one, and types the passphrase there. */
  private Stock.Ended typed(Path slot, String passphrase) throws Exception {
    Path typist = folder.resolve("typist.py");
    Files.writeString(
        typist,
        """
        import os, pty, sys
        out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        pid, terminal = pty.fork()
        if pid == 0:
            os.dup2(out, 1)
            os.execvp(sys.argv[3], sys.argv[3:])
        asked, seen = False, b""
        while True:
            try:
                part = os.read(terminal, 1000)
            except OSError:
                break
            if not part:
                break
            seen += part
            if not asked and b"passphrase" in seen:
                asked = True
                os.write(terminal, sys.argv[2].encode() + b"\\n")
        sys.stderr.buffer.write(seen)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.exit(status if asked else 99)
        """);
    Path printed = folder.resolve("printed");
    Stock.Ended ended =
        Stock.run(folder, "python3", typist, printed, passphrase, "age", "-d", slot);
    return new Stock.Ended(ended.status(), printed, ended.stderr());
  }

  /** As a push leaves it that was cut off after its first page. */
  private static void leaveCheckpoint(Host host) throws Exception {
    SnapshotName name = new SnapshotName("home", "tuesday");
    SnapshotId id = host.snapshots().id(new SnapshotIdentity.Opaque(name));
    host.repository()
        .uploads()
        .begin(id, Optional.empty())
        .write(
            new Checkpoint(
                host.repository().config().id(),
                id,
                name,
                "test-host",
                Instant.parse("2026-11-22T03:00:00Z"),
                List.of(),
                List.of(new Checkpoint.Mark(123, Hash256.parse("0f".repeat(32)))),
                new Checkpoint.Half(List.of(), List.of()),
                new Checkpoint.Half(List.of(), List.of())));
  }

  private byte[] open(Path object) throws Exception {
    Path compressed = Stock.run(folder, "age", "-d", "-i", identity, object).succeeded().stdout();
    return Stock.run(folder, "zstd", "-dcq", compressed).succeeded().bytes();
  }

  private List<Path> slots() throws IOException {
    return under("keys").stream()
        .filter(p -> !p.getFileName().toString().endsWith(".secret.age"))
        .toList();
  }

  private List<Path> under(String prefix) throws IOException {
    Path top = objects.resolve(prefix);
    if (!Files.exists(top)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(top)) {
      return files
          .filter(p -> Files.isRegularFile(p) && !p.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static Path only(List<Path> paths) {
    assertEquals(1, paths.size(), paths::toString);
    return paths.getFirst();
  }
}
