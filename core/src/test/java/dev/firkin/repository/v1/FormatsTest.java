package dev.firkin.repository.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.crypt.ContentHash;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.Checkpoint;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {
  private static final RepositoryId REPOSITORY =
      new RepositoryId("0123456789abcdef0123456789abcdef");
  private static final Seal SEAL = new Seal(ContentHash.keyed(new byte[32]), REPOSITORY);
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void manifestsSurviveBeingWritten(long seed) throws Exception {
    Manifest manifest = manifest(new Random(seed));
    byte[] sealed = ManifestFormat.write(manifest, SEAL);
    assertEquals(manifest, ManifestFormat.read(sealed, manifest.id(), REPOSITORY, SEAL));
    assertTrue(new String(sealed, StandardCharsets.UTF_8).endsWith("\"}\n"));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void everyChangedBitOfAManifestIsRefused(long seed) {
    Manifest manifest = manifest(new Random(seed));
    byte[] sealed = ManifestFormat.write(manifest, SEAL);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(
          FormatException.class,
          () -> ManifestFormat.read(changed, manifest.id(), REPOSITORY, SEAL));
    }
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThrows(
          FormatException.class, () -> ManifestFormat.read(cut, manifest.id(), REPOSITORY, SEAL));
    }
  }

  @Test
  void aManifestIsOfOneKeyOneRepositoryAndOneSecret() {
    Manifest manifest = manifest(new Random(20));
    byte[] sealed = ManifestFormat.write(manifest, SEAL);
    SnapshotId otherId = new SnapshotId(hash(new Random(21)));
    RepositoryId other = RepositoryId.generate();
    Seal otherRepository = new Seal(ContentHash.keyed(new byte[32]), other);
    Seal otherSecret = new Seal(ContentHash.keyed(new byte[] {1}), REPOSITORY);
    assertThrows(
        FormatException.class, () -> ManifestFormat.read(sealed, otherId, REPOSITORY, SEAL));
    assertThrows(
        FormatException.class,
        () -> ManifestFormat.read(sealed, manifest.id(), other, otherRepository));
    assertThrows(
        FormatException.class,
        () -> ManifestFormat.read(sealed, manifest.id(), REPOSITORY, otherSecret));
  }

  /** A writer with the secret is no reason to believe nonsense: only documented exceptions. */
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34})
  void sealedNonsenseIsRefusedAsSuch(long seed) {
    Random random = new Random(seed);
    Manifest manifest = manifest(random);
    byte[] sealed = ManifestFormat.write(manifest, SEAL);
    String json = new String(sealed, 0, sealed.length - Seal.BYTES, StandardCharsets.UTF_8);
    List<String> nonsense =
        List.of("-1", "\"\"", "null", "[]", "{}", "1e99", "9223372036854775808", "[null]", "true");
    int refused = 0;
    String[] parts = json.split("(?<=:)", -1);
    for (int i = 1; i < parts.length; i++) {
      for (String value : nonsense) {
        String[] changed = parts.clone();
        changed[i] = parts[i].replaceFirst("^(\"[^\"]*\"|-?[0-9]+|\\[|\\{)", value);
        byte[] head = String.join("", changed).getBytes(StandardCharsets.UTF_8);
        byte[] again = resealed(head, ManifestFormat.key(manifest.id()));
        try {
          Manifest read = ManifestFormat.read(again, manifest.id(), REPOSITORY, SEAL);
          assertEquals(manifest.chunks(), read.chunks());
        } catch (FormatException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 50, "only " + refused + " refused");
  }

  @Test
  void checkpointsSurviveBeingWritten() throws Exception {
    Random random = new Random(40);
    Checkpoint checkpoint =
        new Checkpoint(
            REPOSITORY,
            new SnapshotId(hash(random)),
            new SnapshotName("home", "ünïcode 🛢"),
            "nas",
            NOON,
            List.of("--proto", "2"),
            List.of(
                new Checkpoint.Mark(1, hash(random)),
                new Checkpoint.Mark(123456789012L, hash(random))),
            new Checkpoint.Half(List.of(), refs(random, 3)),
            new Checkpoint.Half(
                List.of(new PageId(hash(random)), new PageId(hash(random))), refs(random, 1023)));
    String key = "uploads/x/y";
    byte[] sealed = CheckpointFormat.write(key, checkpoint, SEAL);
    assertEquals(checkpoint, CheckpointFormat.read(key, sealed, REPOSITORY, SEAL));
    assertThrows(
        FormatException.class,
        () -> CheckpointFormat.read("uploads/x/z", sealed, REPOSITORY, SEAL));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1023, 1024})
  void pagesSurviveBeingWritten(int refs) throws Exception {
    Random random = new Random(refs);
    List<ChunkRef> page = refs(random, refs);
    assertEquals(page, PageFormat.read(PageFormat.write(page)));
    assertTrue(PageFormat.write(page).length <= PageFormat.MAX_BYTES);
  }

  @Test
  void pagesThatAreNoneAreRefused() {
    byte[] page = PageFormat.write(refs(new Random(50), 3));
    for (int length = 0; length < page.length; length++) {
      byte[] cut = Arrays.copyOf(page, length);
      if (length < 8 + 40 || (length - 8) % 40 != 0) {
        assertThrows(FormatException.class, () -> PageFormat.read(cut));
      }
    }
    byte[] magic = page.clone();
    magic[6]++;
    assertThrows(FormatException.class, () -> PageFormat.read(magic));
    byte[] zeroLength = page.clone();
    Arrays.fill(zeroLength, 8 + 32, 8 + 36, (byte) 0);
    assertThrows(FormatException.class, () -> PageFormat.read(zeroLength));
    byte[] negative = page.clone();
    negative[8 + 39] = (byte) 0x80;
    assertThrows(FormatException.class, () -> PageFormat.read(negative));
    assertThrows(FormatException.class, () -> PageFormat.read(new byte[PageFormat.MAX_BYTES + 40]));
  }

  private static byte[] resealed(byte[] head, String key) {
    byte[] context = (key + "\n" + REPOSITORY + "\n").getBytes(StandardCharsets.US_ASCII);
    String tail = ",\"seal\":\"" + ContentHash.keyed(new byte[32]).of(context, head) + "\"}\n";
    byte[] bytes = Arrays.copyOf(head, head.length + tail.length());
    System.arraycopy(
        tail.getBytes(StandardCharsets.US_ASCII), 0, bytes, head.length, tail.length());
    return bytes;
  }

  static Manifest manifest(Random random) {
    boolean opaque = random.nextInt(4) == 0;
    ChunkRun commands =
        opaque ? ChunkRun.EMPTY : ChunkRun.inline(refs(random, 1 + random.nextInt(5)));
    ChunkRun data;
    if (random.nextBoolean()) {
      data = ChunkRun.inline(refs(random, 1 + random.nextInt(ChunkRun.MAX_INLINE)));
    } else {
      int chunks = 1 + random.nextInt(5000);
      List<PageId> pages = new ArrayList<>();
      for (int i = 0; i < (chunks + 1023) / 1024; i++) {
        pages.add(new PageId(hash(random)));
      }
      data =
          new ChunkRun(chunks * 1000L, chunks, chunks * 700L, new ChunkRun.References.Paged(pages));
    }
    StreamInfo.Kind kind =
        opaque
            ? new StreamInfo.Kind.Opaque()
            : new StreamInfo.Kind.Btrfs(
                1 + random.nextInt(3),
                List.of(
                    new StreamInfo.Subvolume(
                        "s", uuid(random), random.nextInt(1000), Optional.empty()),
                    new StreamInfo.Subvolume(
                        "näme",
                        uuid(random),
                        7,
                        Optional.of(new StreamInfo.Parent(uuid(random), 5)))));
    return new Manifest(
        REPOSITORY,
        new SnapshotId(hash(random)),
        new SnapshotName("home", "home.\"quoted\" {:} ü"),
        new StreamInfo(kind, commands.bytes() + data.bytes(), hash(random)),
        commands,
        data,
        new Source(
            "nas",
            random.nextBoolean() ? Optional.of("/mnt/sn ap") : Optional.empty(),
            random.nextBoolean() ? Optional.of(NOON) : Optional.empty(),
            NOON,
            NOON.plusMillis(1234),
            List.of("--proto", "1"),
            "firkin test"),
        new Added(1, 2, 3));
  }

  static List<ChunkRef> refs(Random random, int count) {
    List<ChunkRef> refs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      refs.add(
          new ChunkRef(
              new ChunkId(hash(random)), 1 + random.nextInt(4 << 20), 1 + random.nextInt(5 << 20)));
    }
    return refs;
  }

  private static SubvolumeUuid uuid(Random random) {
    return new SubvolumeUuid(random.nextLong() | 1, random.nextLong());
  }

  private static Hash256 hash(Random random) {
    return new Hash256(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
