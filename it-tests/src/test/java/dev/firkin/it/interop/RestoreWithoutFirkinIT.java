package dev.firkin.it.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.engine.Host;
import dev.firkin.it.engine.Producers;
import dev.firkin.it.engine.SampleStreams;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.model.ChunkRun.References;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's script reads what the engine wrote, and refuses what was tampered with. */
@Timeout(300)
class RestoreWithoutFirkinIT {
  @TempDir private Path folder;
  private Path objects;
  private ObjectStore store;
  private AgeIdentity reader;
  private Path identity;
  private Path script;

  @BeforeEach
  void makeStore() throws Exception {
    Stock.need();
    objects = Files.createDirectory(folder.resolve("objects"));
    store = ObjectStores.open(StoreUrl.parse(objects.toString()), StoreOptions.defaults());
    reader = AgeIdentity.generate();
    identity = Files.writeString(folder.resolve("identity.txt"), reader.secretText() + "\n");
    script = Page.extract("firkin-restore.py", folder);
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesEveryKindOfStreamAsItWasPushed(boolean encrypted) throws Exception {
    Host host = create(encrypted);
    Map<String, byte[]> streams = new LinkedHashMap<>();
    for (String recorded : List.of("full-v1", "full-v2", "delta-v1", "one-header-v2")) {
      streams.put(recorded, SampleStreams.recorded(recorded));
    }
    streams.put("v3", SampleStreams.asVersion3(SampleStreams.recorded("full-v2")));
    streams.put("concatenated", concatenated("delta-v2", "delta-v1", "full-v2"));
    streams.put("opaque größe", SampleStreams.bytes(new Random(1), 700_000));
    streams.put("one byte", new byte[] {'b'});

    for (Map.Entry<String, byte[]> each : streams.entrySet()) {
      Manifest manifest =
          host.push("home", each.getKey(), Producers.of(each.getValue())).manifest();

      byte[] written = stream("home/" + each.getKey()).succeeded().bytes();

      assertArrayEquals(each.getValue(), written, each.getKey());
      assertArrayEquals(opened(encrypted).restore(manifest), written, each.getKey());
    }

    String list = run("list").succeeded().text();
    assertEquals(streams.size(), list.lines().count(), list);
    streams.keySet().forEach(name -> assertTrue(list.contains("home/" + name), list));
    assertTrue(line(list, "home/delta-v1").endsWith("on home/full-v1"), list);
  }

  @Test
  void followsPagesOfCommandsAndOfData() throws Exception {
    Host host = create(false);
    byte[] stream = SampleStreams.full(5, 8 << 20, 8 << 20);
    Manifest manifest = host.push("home", "paged", Producers.of(stream)).manifest();
    assertInstanceOf(References.Paged.class, manifest.commands().references());
    assertInstanceOf(References.Paged.class, manifest.data().references());

    assertArrayEquals(stream, stream("home/paged").succeeded().bytes());
    assertArrayEquals(stream, stream(manifest.id().toString().substring(0, 12)).bytes());
  }

  @Test
  void followsMoreThanOnePage() throws Exception {
    Host host = create(true);
    byte[] stream = SampleStreams.bytes(new Random(6), 76 << 20);
    Manifest manifest = host.push("stdin", "large", Producers.of(stream)).manifest();
    References.Paged paged = assertInstanceOf(References.Paged.class, manifest.data().references());
    assertTrue(paged.pages().size() > 1, paged::toString);

    long begin = System.nanoTime();
    assertArrayEquals(stream, stream("stdin/large").succeeded().bytes());
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "firkin-restore.py: %d MB in %d chunks in %.1f s%n",
        stream.length / 1_000_000, manifest.chunks(), seconds);
  }

  @Test
  void listsTheObjectsThatASnapshotConsistsOf() throws Exception {
    Host host = create(true);
    host.push("home", "other", Producers.of(SampleStreams.full(7, 300_000)));
    byte[] stream = SampleStreams.full(8, 8 << 20);
    host.push("home", "wanted", Producers.of(stream));
    Path everything = objects;
    // As a person does who has no room for the whole repository.
    objects = Files.createDirectory(folder.resolve("fetched"));
    for (Path object : objectsBelow(everything)) {
      if (!object.startsWith("chunks")) {
        copy(everything, object);
      }
    }

    List<String> keys = run("objects", "home/wanted").succeeded().text().lines().toList();
    for (String key : keys) {
      copy(everything, Path.of(key));
    }

    assertArrayEquals(stream, stream("home/wanted").succeeded().bytes());
    Set<Path> chunks =
        objectsBelow(everything).stream()
            .filter(p -> p.startsWith("chunks"))
            .collect(Collectors.toSet());
    long wanted = keys.stream().filter(k -> k.startsWith("chunks/")).distinct().count();
    assertTrue(wanted < chunks.size(), wanted + " of " + chunks.size());
  }

  @Test
  void refusesWhatIsDamagedOrForged() throws Exception {
    Host host = create(true);
    byte[] stream = SampleStreams.full(9, 1 << 20);
    Manifest manifest = host.push("home", "wanted", Producers.of(stream)).manifest();
    Manifest other =
        host.push("home", "other", Producers.of(SampleStreams.full(10, 1 << 20))).manifest();
    References.Inline inline =
        assertInstanceOf(References.Inline.class, manifest.data().references());
    String id = inline.refs().get(3).id().toString();
    Path chunk = Path.of("chunks", id.substring(0, 2), id);
    String anotherId = inline.refs().get(4).id().toString();
    Path anotherChunk = Path.of("chunks", anotherId.substring(0, 2), anotherId);
    byte[] right = Files.readAllBytes(objects.resolve(chunk));

    Files.delete(objects.resolve(chunk));
    assertRefused(stream("home/wanted"), stream, chunk + " is missing");

    Files.write(objects.resolve(chunk), Arrays.copyOf(right, right.length / 2));
    assertRefused(stream("home/wanted"), stream, chunk.toString());

    Files.write(objects.resolve(chunk), Files.readAllBytes(objects.resolve(anotherChunk)));
    assertRefused(stream("home/wanted"), stream, chunk.toString());
    Files.write(objects.resolve(chunk), right);
    assertArrayEquals(stream, stream("home/wanted").succeeded().bytes());

    Path key = Path.of("snapshots", manifest.id().toString());
    Path otherKey = Path.of("snapshots", other.id().toString());
    byte[] rightManifest = Files.readAllBytes(objects.resolve(key));
    Files.write(objects.resolve(key), Files.readAllBytes(objects.resolve(otherKey)));
    assertRefused(stream(manifest.id().toString()), stream, key + " is not authentic");
    Stock.Ended list = run("list");
    assertNotEquals(0, list.status());
    assertTrue(list.stderr().contains(key + " is not authentic"), list.stderr());
    assertTrue(list.text().contains("home/other"), list.text());
    Files.write(objects.resolve(key), rightManifest);

    Path config = objects.resolve("firkin.json");
    String json = Files.readString(config);
    Files.writeString(config, json.replace("\"generation\":1", "\"generation\":2"));
    assertRefused(stream("home/wanted"), stream, "firkin.json is not authentic");
    Files.writeString(config, json);

    Files.writeString(identity, AgeIdentity.generate().secretText() + "\n");
    assertRefused(stream("home/wanted"), stream, "the identity opens none");
  }

  @Test
  void pageTellsHowToGetTheScriptOffIt() throws Exception {
    String command =
        Files.readString(Page.FILE)
            .lines()
            .filter(l -> l.startsWith("sed ") && l.contains("firkin-restore.py"))
            .findFirst()
            .orElseThrow();

    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.copy(Page.FILE, elsewhere.resolve("restore-without-firkin.md"));
    Stock.run(folder, "sh", "-c", "cd " + elsewhere + " && " + command).succeeded();

    assertEquals(
        Files.readString(script), Files.readString(elsewhere.resolve("firkin-restore.py")));
  }

  private void assertRefused(Stock.Ended ended, byte[] stream, String complaint)
      throws IOException {
    assertNotEquals(0, ended.status());
    assertTrue(ended.stderr().contains(complaint), ended.stderr());
    byte[] written = ended.bytes();
    assertTrue(written.length < stream.length, "wrote all of it");
    assertArrayEquals(Arrays.copyOf(stream, written.length), written, "wrote something wrong");
  }

  private Host create(boolean encrypted) throws Exception {
    return encrypted
        ? Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, reader)
        : Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, Protection.NONE);
  }

  private Host opened(boolean encrypted) throws Exception {
    return encrypted
        ? Host.open(folder.resolve("host"), store, reader)
        : Host.open(folder.resolve("host"), store);
  }

  private Stock.Ended stream(String snapshot) throws Exception {
    return run("stream", snapshot);
  }

  private Stock.Ended run(String... arguments) throws Exception {
    return Stock.run(
        folder,
        Stream.concat(
                Stream.of("python3", script, "-i", identity, objects), Arrays.stream(arguments))
            .toArray());
  }

  private static byte[] concatenated(String... recorded) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String each : recorded) {
      out.writeBytes(SampleStreams.recorded(each));
    }
    return out.toByteArray();
  }

  private static String line(String list, String name) {
    return list.lines().filter(l -> l.contains("  " + name + "  ")).findFirst().orElseThrow();
  }

  private void copy(Path from, Path object) throws IOException {
    Path target = objects.resolve(object);
    if (!Files.exists(target)) {
      Files.createDirectories(target.getParent());
      Files.copy(from.resolve(object), target);
    }
  }

  private static Set<Path> objectsBelow(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return files
          .filter(Files::isRegularFile)
          .map(top::relativize)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
