package dev.firkin.repository.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firkin.chunk.Hash256;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.KnownRepositoryFormat;
import dev.firkin.repository.v1.NewerFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in place of what this host keeps. */
class LocalFilesFuzzTest {
  private static final RepositoryId REPOSITORY = new RepositoryId("0".repeat(32));

  @TempDir Path folder;

  @MethodSource("knownRepositories")
  @FuzzTest
  void knownRepositories(byte[] content) throws Exception {
    Path file = folder.resolve("repositories/" + REPOSITORY + ".json");
    Files.createDirectories(folder.resolve("repositories"));
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    KnownRepositories known = new KnownRepositories(folder);
    try {
      KnownRepository found = known.find(REPOSITORY).orElseThrow();
      assertEquals(REPOSITORY, found.id());
      assertEquals(Optional.of(REPOSITORY), known.at(found.location()));
    } catch (LocalStateException | NewerFormatException e) {
      assertTrue(e.hint().isPresent(), e::toString);
    }
  }

  @MethodSource("knownRepositories")
  @FuzzTest
  void cachedObjects(byte[] content) throws Exception {
    Files.createDirectories(folder.resolve("cache/snapshots"));
    Files.write(folder.resolve("cache/snapshots/x"), content);
    ObjectCache cache = ObjectCache.in(folder.resolve("cache"));
    assertArrayEquals(content, cache.get("snapshots/x", content.length).orElseThrow());
    assertTrue(cache.get("snapshots/x", content.length + 1).isEmpty());
    assertTrue(cache.get("snapshots", content.length).isEmpty());
  }

  /** What is behind a right seal, and yet none. */
  @MethodSource("manifests")
  @FuzzTest
  void manifestRecords(byte[] content) {
    SnapshotId id = new SnapshotId(Hash256.parse("0".repeat(64)));
    try {
      Manifest read = ManifestRecords.read(ByteBuffer.wrap(content), REPOSITORY, id);
      assertEquals(
          read, ManifestRecords.read(ByteBuffer.wrap(ManifestRecords.write(read)), REPOSITORY, id));
    } catch (IllegalArgumentException e) {
      assertNotNull(e.getMessage());
    }
  }

  static Stream<Arguments> manifests() {
    return ManifestRecordsTest.manifests()
        .map(m -> Arguments.of((Object) ManifestRecords.write(m)));
  }

  static Stream<Arguments> knownRepositories() {
    return Stream.of(REPOSITORY, new RepositoryId("1".repeat(32)))
        .map(id ->
            Arguments.of(
                (Object)
                    KnownRepositoryFormat.write(
                        new KnownRepository(
                            id,
                            "/srv/backup",
                            Optional.of(RepositorySecret.generate()),
                            List.of(AgeIdentity.generate().recipient()),
                            1))));
  }
}
