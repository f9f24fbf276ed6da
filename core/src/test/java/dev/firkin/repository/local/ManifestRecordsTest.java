package dev.firkin.repository.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.crypt.ContentHash;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written comes back, and nothing else does. */
final class ManifestRecordsTest {
  private static final RepositoryId REPOSITORY = new RepositoryId("0".repeat(32));
  private static final SnapshotId ID = new SnapshotId(hash(7));
  private static final Instant TIME = Instant.parse("2026-11-22T23:59:59.123456789Z");

  @MethodSource("manifests")
  @ParameterizedTest
  void comeBack(Manifest manifest) {
    byte[] written = ManifestRecords.write(manifest);
    assertEquals(manifest, read(written));
  }

  @MethodSource("manifests")
  @ParameterizedTest
  void whatIsCutOffOrTooLongIsNone(Manifest manifest) {
    byte[] written = ManifestRecords.write(manifest);
    for (int length = 0; length < written.length; length++) {
      byte[] cut = Arrays.copyOf(written, length);
      assertThrows(IllegalArgumentException.class, () -> read(cut));
    }
    byte[] longer = Arrays.copyOf(written, written.length + 1);
    assertThrows(IllegalArgumentException.class, () -> read(longer));
  }

  /** Whoever changes it changes the layout: records of the old one lie on hosts, rightly sealed. */
  @Test
  void theLayoutIsTheOneOfItsNumber() {
    ContentHash sha256 = ContentHash.plain(new byte[0]);
    byte[][] all = manifests().map(ManifestRecords::write).toArray(byte[][]::new);
    assertEquals(3, ManifestRecords.LAYOUT);
    assertEquals(
        "fc37cba2a83ee734aa0a11c20e9ee38630bc53a07771c4cc7f21021d3217e356",
        sha256.of(all).toString());
  }

  @Test
  void timesThatNoneAreNoManifest() {
    Manifest manifest = manifests().findFirst().orElseThrow();
    byte[] written = ManifestRecords.write(manifest);
    byte[] time = ByteBuffer.allocate(8).putLong(TIME.minusSeconds(5).getEpochSecond()).array();
    int at = 0;
    while (!Arrays.equals(time, Arrays.copyOfRange(written, at, at + time.length))) {
      at++;
    }
    ByteBuffer.wrap(written).putLong(at, Long.MAX_VALUE);
    assertThrows(IllegalArgumentException.class, () -> read(written));
    ByteBuffer.wrap(written).putInt(at + time.length, Integer.MAX_VALUE);
    assertThrows(IllegalArgumentException.class, () -> read(written));
  }

  private static Manifest read(byte[] bytes) {
    return ManifestRecords.read(ByteBuffer.wrap(bytes), REPOSITORY, ID);
  }

  static Stream<Manifest> manifests() {
    SubvolumeUuid uuid = new SubvolumeUuid(1, 2);
    StreamInfo.Subvolume full = new StreamInfo.Subvolume("näme", uuid, 12, Optional.empty());
    StreamInfo.Subvolume delta =
        new StreamInfo.Subvolume(
            "n", new SubvolumeUuid(3, -4), 13, Optional.of(new StreamInfo.Parent(uuid, 12)));
    ChunkRun some =
        ChunkRun.inline(
            List.of(
                new ChunkRef(new ChunkId(hash(1)), 5, 60),
                new ChunkRef(new ChunkId(hash(2)), Integer.MAX_VALUE, 61)));
    ChunkRun many =
        new ChunkRun(
            5_000_000_000L,
            2_000,
            6_000_000_000L,
            new ChunkRun.References.Paged(List.of(new PageId(hash(3)), new PageId(hash(4)))));
    return Stream.of(
        manifest(new StreamInfo.Kind.Opaque(), ChunkRun.EMPTY, some, Optional.empty()),
        manifest(new StreamInfo.Kind.Btrfs(1, List.of(full)), some, many, Optional.of("/srv/ä")),
        manifest(
            new StreamInfo.Kind.Btrfs(2, List.of(delta, full)), many, many, Optional.of("/srv")));
  }

  private static Manifest manifest(
      StreamInfo.Kind kind, ChunkRun commands, ChunkRun data, Optional<String> path) {
    return new Manifest(
        REPOSITORY,
        ID,
        new SnapshotName("home", "home.20261122T2359"),
        new StreamInfo(kind, commands.bytes() + data.bytes(), hash(5)),
        commands,
        data,
        new Source(
            "host",
            path,
            path.map(_ -> TIME),
            TIME.minusSeconds(5),
            TIME.plusNanos(1),
            path.isPresent() ? List.of("--proto", "2") : List.of(),
            "firkin 1"),
        new Added(1, 2, 3));
  }

  private static Hash256 hash(long number) {
    long[] words = LongStream.range(0, 4).map(i -> number * 31 - i).toArray();
    return new Hash256(words[0], words[1], words[2], words[3]);
  }
}
