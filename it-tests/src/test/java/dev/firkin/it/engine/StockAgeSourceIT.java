package dev.firkin.it.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.it.servers.Requirements;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoreUrl;
import dev.firkin.transfer.PushResult;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host that was given recipients only pushes, resumes and lists, and reads no byte of it. */
@Timeout(300)
class StockAgeSourceIT {
  @TempDir private Path folder;
  private ObjectStore store;
  private AgeIdentity reader;
  private Path disk;

  @BeforeEach
  void makeStore() throws Exception {
    for (String program : List.of("age", "zstd")) {
      Requirements.need("age", isOnPath(program), "no " + program + " on PATH: install it");
    }
    StoreUrl url = StoreUrl.parse(folder.resolve("objects").toString());
    store = ObjectStores.create(url, StoreOptions.defaults());
    reader = AgeIdentity.generate(); // on another machine: nothing of it is written to the disk
    disk = Files.createDirectory(folder.resolve("disk"));
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void pushesResumesAndListsAndNothingOnItsDiskOpensAChunk() throws Exception {
    Host.create(disk, store, Host.SMALL_CHUNKS, reader);
    byte[] full = SampleStreams.recorded("full-v1");
    byte[] delta = SampleStreams.recorded("delta-v1");
    byte[] large = SampleStreams.full(41, 6 << 20);

    FaultyStore faulty = new FaultyStore(store);
    Host interrupted = Host.open(disk, faulty);
    for (int n = 70; n < 3000; n++) {
      faulty.failCall(n, FaultyStore.When.BEFORE_THE_EFFECT, FaultyStore.Failure.unavailable());
    }
    assertThrows(
        StoreUnavailableException.class,
        () -> interrupted.push("home", "large", Producers.of(large)));
    Host source = Host.open(disk, store);
    assertFalse(source.repository().readsData());
    PushResult resumed = source.push("home", "large", Producers.of(large));
    assertTrue(resumed.counts().skippedChunks() > 10, "the resume skipped nothing");
    source.push("home", "full", Producers.of(full));
    Manifest pushedDelta = source.push("home", "delta", Producers.of(delta)).manifest();
    Catalog catalog = source.snapshots().load();
    assertEquals(3, catalog.manifests().size());
    assertEquals(List.of(), catalog.damaged());
    assertEquals(2, catalog.chain(pushedDelta, Set.of()).size());
    assertTrue(source.verify(0).sound());

    assertThrows(NoMatchingIdentityException.class, () -> source.restore(pushedDelta));
    assertThrows(NoMatchingIdentityException.class, () -> source.verify(1));
    assertNothingOnTheDiskOpensAChunk(source);

    // The same objects open with the identity that is elsewhere: it is not that nothing can.
    Host owner = Host.open(folder.resolve("elsewhere"), store, reader);
    assertEquals(
        full.length, owner.restore(source.snapshots().load().volume("home").get(1)).length);
  }

  private void assertNothingOnTheDiskOpensAChunk(Host source) throws Exception {
    Set<AgeIdentity> identities = derivable(source.repository().config().id().toBytes());
    AgeIdentity metadata =
        AgeIdentity.ofScalar(
            hkdf(
                source.repository().config().id().toBytes(),
                secretOnDisk(),
                "firkin/v1/metadata-identity"));
    assertTrue(
        identities.stream().anyMatch(i -> i.recipient().equals(metadata.recipient())),
        "the search missed the identity that is known to be derivable");
    Path identityFile = folder.resolve("found.txt");
    StringBuilder lines = new StringBuilder();
    identities.forEach(identity -> lines.append(identity.secretText()).append('\n'));
    Files.writeString(identityFile, lines);

    Path objects = folder.resolve("objects");
    List<ObjectInfo> chunks = Objects.list(store, "chunks/");
    assertTrue(chunks.size() > 60, chunks.size() + " chunks");
    for (ObjectInfo chunk : chunks) {
      Path object = objects.resolve(chunk.key().value());
      assertNotEquals(0, age(identityFile, object), "opened " + chunk.key());
    }
    for (String prefix : List.of("snapshots/", "pages/")) {
      List<ObjectInfo> metadataObjects = Objects.list(store, prefix);
      assertFalse(metadataObjects.isEmpty(), prefix);
      for (ObjectInfo object : metadataObjects) {
        assertEquals(0, age(identityFile, objects.resolve(object.key().value())));
      }
    }
    for (ObjectInfo slot : Objects.list(store, "keys/")) {
      assertNotEquals(0, age(identityFile, objects.resolve(slot.key().value())), "opened " + slot);
    }
    // Nor do they open it as anybody else than the stock program would try.
    for (AgeIdentity identity : identities) {
      Host thief = Host.open(disk, store, identity);
      assertFalse(thief.repository().readsData());
      Manifest manifest = thief.snapshots().load().manifests().getFirst();
      FirkinException e = assertThrows(FirkinException.class, () -> thief.restore(manifest));
      assertInstanceOf(NoMatchingIdentityException.class, e);
    }
  }

  /**
   * Every X25519 identity that anybody could make of what lies on the disk: each 32 bytes in any
   * file, in hexadecimal, base64 or as they are, taken as a scalar or as the secret that scalars
   * are derived from, with every purpose that the format knows; and each age identity as text.
   */
  private Set<AgeIdentity> derivable(byte[] repositoryId) throws Exception {
    Set<String> seen = new LinkedHashSet<>();
    List<byte[]> scalars = new ArrayList<>();
    try (Stream<Path> files = Files.walk(disk)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("AGE-SECRET-KEY"), "an identity lies in " + file);
        Matcher base64 = Pattern.compile("[A-Za-z0-9+/]{43}=").matcher(text);
        while (base64.find()) {
          scalars.add(Base64.getDecoder().decode(base64.group()));
        }
        Matcher hex = Pattern.compile("[0-9a-f]{64}").matcher(text);
        while (hex.find()) {
          scalars.add(HexFormat.of().parseHex(hex.group()));
        }
      }
    }
    assertFalse(scalars.isEmpty(), "the secret was not found on the disk");
    Set<AgeIdentity> identities = new LinkedHashSet<>();
    for (byte[] found : scalars) {
      for (String purpose :
          List.of("chunk-id", "page-id", "snapshot-id", "seal", "gear", "metadata-identity")) {
        add(identities, seen, hkdf(repositoryId, found, "firkin/v1/" + purpose));
      }
      add(identities, seen, found.clone());
    }
    return identities;
  }

  private static void add(Set<AgeIdentity> identities, Set<String> seen, byte[] scalar) {
    AgeIdentity identity = AgeIdentity.ofScalar(scalar);
    if (seen.add(identity.secretText())) {
      identities.add(identity);
    }
  }

  private byte[] secretOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(disk.resolve("config"))) {
      Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      Matcher secret = Pattern.compile("\"secret\":\"([^\"]+)\"").matcher(Files.readString(file));
      assertTrue(secret.find());
      return Base64.getDecoder().decode(secret.group(1));
    }
  }

  private static byte[] hkdf(byte[] salt, byte[] input, String info) throws Exception {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract()
                .addIKM(input)
                .addSalt(salt)
                .thenExpand(info.getBytes(StandardCharsets.US_ASCII), 32));
  }

  /** The stock program's exit status. */
  private static int age(Path identityFile, Path object) throws Exception {
    Process age =
        new ProcessBuilder("age", "-d", "-i", identityFile.toString(), object.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return age.waitFor();
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }
}
