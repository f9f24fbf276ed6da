package dev.firkin.repository.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.chunk.Hash256;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.ContentHash;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.Condemned;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.KeepTag;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes in place of a stored document. The seal stops all of them, so the parsers behind it get
 * them under a seal that is right, as from a writer who has the secret and no sense. What is read
 * must be worth writing: what is written of it reads as the same.
 */
class DocumentsFuzzTest {
  private static final RepositoryId REPOSITORY =
      new RepositoryId("0123456789abcdef0123456789abcdef");
  private static final ContentHash HASH = ContentHash.keyed(new byte[32]);
  private static final Seal SEAL = new Seal(HASH, REPOSITORY);
  private static final SnapshotId ID = FormatsTest.manifest(new Random(1)).id();
  private static final String UPLOAD = "uploads/x/y";
  private static final String MARK = "keep/" + ID;
  private static final String RECORD = "forgotten/x";
  private static final String CONDEMNED = "condemned/x/0";

  @MethodSource("manifests")
  @FuzzTest
  void manifestsAsTheyAre(byte[] sealed) {
    refusedOr(() -> ManifestFormat.read(sealed, ID, REPOSITORY, SEAL));
  }

  @MethodSource("manifestHeads")
  @FuzzTest
  void manifestsBehindTheSeal(byte[] head) {
    Optional<Manifest> read =
        refusedOr(
            () -> ManifestFormat.read(sealed(head, ManifestFormat.key(ID)), ID, REPOSITORY, SEAL));
    read.ifPresent(manifest -> {
      byte[] again = ManifestFormat.write(manifest, SEAL);
      assertEquals(
          read, refusedOr(() -> ManifestFormat.read(again, manifest.id(), REPOSITORY, SEAL)));
      for (ZoneOffset zone : List.of(ZoneOffset.MIN, ZoneOffset.MAX)) {
        assertFalse(manifest.time().atZone(zone).toString().isEmpty());
      }
      assertFalse(manifest.storedBytes() < 0 || manifest.chunks() < 0, "sums that overflow");
    });
  }

  @MethodSource("checkpointHeads")
  @FuzzTest
  void checkpointsBehindTheSeal(byte[] head) {
    Optional<Checkpoint> read =
        refusedOr(() -> CheckpointFormat.read(UPLOAD, sealed(head, UPLOAD), REPOSITORY, SEAL));
    read.ifPresent(checkpoint -> {
      byte[] again = CheckpointFormat.write(UPLOAD, checkpoint, SEAL);
      assertEquals(read, refusedOr(() -> CheckpointFormat.read(UPLOAD, again, REPOSITORY, SEAL)));
    });
  }

  @MethodSource("configs")
  @FuzzTest
  void configs(byte[] document) {
    Optional<RepositoryConfig> read = refusedOr(() -> ConfigFormat.readUnchecked(document));
    read.ifPresent(config -> {
      byte[] again = ConfigFormat.write(config, SEAL);
      assertEquals(read, refusedOr(() -> ConfigFormat.readUnchecked(again)));
    });
    var _ =
        refusedOr(() -> {
          ConfigFormat.check(document, SEAL);
          return true;
        });
  }

  @MethodSource("pages")
  @FuzzTest
  void pages(byte[] plaintext) {
    Optional<List<ChunkRef>> read = refusedOr(() -> PageFormat.read(plaintext));
    read.ifPresent(
        refs -> assertEquals(read, refusedOr(() -> PageFormat.read(PageFormat.write(refs)))));
  }

  @MethodSource("secrets")
  @FuzzTest
  void secrets(byte[] document) {
    Optional<RepositorySecret> read =
        refusedOr(() -> SecretFormat.read("secret", document, REPOSITORY));
    read.ifPresent(secret -> {
      byte[] again = SecretFormat.write(REPOSITORY, secret);
      assertEquals(read, refusedOr(() -> SecretFormat.read("secret", again, REPOSITORY)));
    });
  }

  @MethodSource("knownRepositories")
  @FuzzTest
  void knownRepositories(byte[] document) {
    Optional<KnownRepository> read = refusedOr(() -> KnownRepositoryFormat.read("file", document));
    read.ifPresent(known -> {
      byte[] again = KnownRepositoryFormat.write(known);
      assertEquals(read, refusedOr(() -> KnownRepositoryFormat.read("file", again)));
    });
  }

  @MethodSource("markHeads")
  @FuzzTest
  void marksBehindTheSeal(byte[] head) {
    Optional<KeepTag> read = refusedOr(() -> KeepTagFormat.read(MARK, sealed(head, MARK), SEAL));
    read.ifPresent(tag -> {
      byte[] again = KeepTagFormat.write(MARK, REPOSITORY, tag, SEAL);
      assertEquals(read, refusedOr(() -> KeepTagFormat.read(MARK, again, SEAL)));
    });
  }

  @MethodSource("recordHeads")
  @FuzzTest
  void recordsBehindTheSeal(byte[] head) {
    Optional<Forgetting> read =
        refusedOr(() -> ForgettingFormat.read(RECORD, sealed(head, RECORD), SEAL));
    read.ifPresent(forgetting -> {
      byte[] again = ForgettingFormat.write(RECORD, REPOSITORY, forgetting, SEAL);
      assertEquals(read, refusedOr(() -> ForgettingFormat.read(RECORD, again, SEAL)));
    });
  }

  @MethodSource("condemnedHeads")
  @FuzzTest
  void condemnedBehindTheSeal(byte[] head) {
    Optional<Condemned> read =
        refusedOr(() -> CondemnedFormat.read(CONDEMNED, sealed(head, CONDEMNED), SEAL));
    read.ifPresent(condemned -> {
      byte[] again = CondemnedFormat.write(CONDEMNED, REPOSITORY, condemned, SEAL);
      assertEquals(read, refusedOr(() -> CondemnedFormat.read(CONDEMNED, again, SEAL)));
    });
  }

  static Stream<Arguments> markHeads() {
    return seeds(i ->
        head(
            KeepTagFormat.write(
                MARK, REPOSITORY, new KeepTag(ID, "host " + i, Instant.ofEpochSecond(i)), SEAL)));
  }

  static Stream<Arguments> recordHeads() {
    return seeds(i ->
        head(
            ForgettingFormat.write(
                RECORD,
                REPOSITORY,
                new Forgetting(
                    "host",
                    Instant.ofEpochSecond(i),
                    IntStream.range(0, i)
                        .mapToObj(n -> Forgotten.of(FormatsTest.manifest(new Random(n))))
                        .toList()),
                SEAL)));
  }

  static Stream<Arguments> condemnedHeads() {
    return seeds(i ->
        head(
            CondemnedFormat.write(
                CONDEMNED,
                REPOSITORY,
                new Condemned(
                    IntStream.range(0, i)
                        .mapToObj(n -> new ChunkId(new Hash256(i, n, 0, 1)))
                        .toList(),
                    List.of(new PageId(new Hash256(i, 0, 0, 2)))),
                SEAL)));
  }

  static Stream<Arguments> manifests() {
    return seeds(i -> ManifestFormat.write(FormatsTest.manifest(new Random(i)), SEAL));
  }

  static Stream<Arguments> manifestHeads() {
    List<String> heads =
        IntStream.rangeClosed(1, 6)
            .mapToObj(i -> FormatsTest.manifest(new Random(i)))
            .map(manifest ->
                new String(head(ManifestFormat.write(manifest, SEAL)), StandardCharsets.UTF_8)
                    .replace(manifest.id().toString(), ID.toString()))
            .toList();
    // What once was read and could not be shown, and what JSON can spell and UTF-8 cannot.
    Stream<String> odd =
        heads.stream()
            .flatMap(head ->
                Stream.of(
                    head.replace("\"nas\"", "\"\\ud800\""),
                    head.replaceAll("2026-11-22T12:00:00Z", "+1000000000-12-31T23:59:59Z"),
                    head.replaceAll(
                        "\"storedBytes\":\\d+,\"pages\"",
                        "\"storedBytes\":9223372036854775807,\"pages\"")));
    return Stream.concat(heads.stream(), odd)
        .map(head -> Arguments.of((Object) head.getBytes(StandardCharsets.UTF_8)));
  }

  static Stream<Arguments> checkpointHeads() {
    return seeds(i -> {
      Manifest manifest = FormatsTest.manifest(new Random(i));
      Checkpoint checkpoint =
          new Checkpoint(
              REPOSITORY,
              manifest.id(),
              manifest.name(),
              "nas",
              manifest.time(),
              List.of("--proto", "2"),
              List.of(
                  new Checkpoint.Mark(1, manifest.stream().sha256()),
                  new Checkpoint.Mark(1L << 40, manifest.stream().sha256())),
              new Checkpoint.Half(List.of(), FormatsTest.refs(new Random(i), i)),
              new Checkpoint.Half(List.of(), FormatsTest.refs(new Random(i), 2)));
      return head(CheckpointFormat.write(UPLOAD, checkpoint, SEAL));
    });
  }

  static Stream<Arguments> configs() {
    return seeds(i ->
        ConfigFormat.write(
            new RepositoryConfig(
                REPOSITORY,
                Instant.EPOCH.plusSeconds(i),
                i,
                ChunkerParameters.DEFAULT,
                i == 1
                    ? new RepositoryConfig.Encryption.None()
                    : new RepositoryConfig.Encryption.Age(
                        IntStream.range(2, 2 + i).mapToObj(DocumentsFuzzTest::recipient).toList(),
                        i == 2 ? Set.of() : Set.of(recipient(2)),
                        recipient(1))),
            SEAL));
  }

  static Stream<Arguments> pages() {
    return seeds(i -> PageFormat.write(FormatsTest.refs(new Random(i), i * i)));
  }

  static Stream<Arguments> secrets() {
    return seeds(i -> SecretFormat.write(REPOSITORY, secret(i)));
  }

  static Stream<Arguments> knownRepositories() {
    return seeds(i ->
        KnownRepositoryFormat.write(
            new KnownRepository(
                REPOSITORY,
                "s3://bucket/prefix",
                i == 1 ? Optional.empty() : Optional.of(secret(i)),
                i == 1 ? List.of() : List.of(recipient(i)),
                i)));
  }

  private static Stream<Arguments> seeds(IntFunction<byte[]> seed) {
    return IntStream.rangeClosed(1, 6).mapToObj(i -> Arguments.of((Object) seed.apply(i)));
  }

  private static RepositorySecret secret(int i) {
    byte[] bytes = new byte[RepositorySecret.BYTES];
    Arrays.fill(bytes, (byte) i);
    return RepositorySecret.of(bytes);
  }

  private static AgeRecipient recipient(int i) {
    byte[] scalar = new byte[32];
    Arrays.fill(scalar, (byte) i);
    return AgeIdentity.ofScalar(scalar).recipient();
  }

  private static byte[] head(byte[] sealed) {
    return Arrays.copyOf(sealed, sealed.length - Seal.BYTES);
  }

  private static byte[] sealed(byte[] head, String key) {
    byte[] context = (key + "\n" + REPOSITORY + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] tail =
        (",\"seal\":\"" + HASH.of(context, head) + "\"}\n").getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, sealed, head.length, tail.length);
    return sealed;
  }

  private interface Reading<T> {
    T read() throws FormatException;
  }

  private static <T> Optional<T> refusedOr(Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (FormatException e) {
      return Optional.empty();
    }
  }
}
