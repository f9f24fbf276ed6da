package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotQueryTest {
  private static final String UUID_1 = "aaaa1111-0000-0000-0000-000000000001";
  private static final String UUID_2 = "aaaa2222-0000-0000-0000-000000000002";
  private static final String UUID_3 = "bbbb3333-0000-0000-0000-000000000003";

  private final Manifest first = manifest(1, "home", "monday", UUID_1, null);
  private final Manifest secondDelta = manifest(2, "home", "tuesday", UUID_2, UUID_1);
  private final Manifest secondFull = manifest(3, "home", "tuesday", UUID_2, null);
  private final Manifest other = manifest(4, "root", "monday", UUID_3, null);
  private final Manifest opaque = manifest(5, "stdin", "dump", null, null);

  private final SnapshotQuery query =
      new SnapshotQuery(
          new Catalog(List.of(first, secondDelta, secondFull, other, opaque), List.of()));

  @Test
  void aWholeNameMeansOneSnapshot() throws Exception {
    assertSame(first, query.resolve("home/monday"));
    assertSame(other, query.resolve("root/monday"));
    assertSame(opaque, query.resolve("stdin/dump"));
  }

  @Test
  void aBareNameMustBeUnique() throws Exception {
    assertSame(opaque, query.resolve("dump"));
    String message =
        assertThrows(AmbiguousSnapshotException.class, () -> query.resolve("monday")).getMessage();
    assertTrue(message.contains("home/monday (" + UUID_1 + ")"), message);
    assertTrue(message.contains("root/monday (" + UUID_3 + ")"), message);
  }

  @Test
  void ofSeveralFormsOfOneSnapshotTheFullOneIsMeant() throws Exception {
    assertSame(secondFull, query.resolve("home/tuesday"));
    assertSame(secondFull, query.resolve("tuesday"));
    assertSame(secondFull, query.resolve("home@latest"));
    assertSame(secondFull, query.resolve("aaaa2"));
  }

  @Test
  void latestIsTheNewestOfItsVolume() throws Exception {
    assertSame(other, query.resolve("root@latest"));
    assertSame(opaque, query.resolve("stdin@latest"));
    assertThrows(NoSuchSnapshotException.class, () -> query.resolve("nowhere@latest"));
  }

  @Test
  void aUuidMayBeCutToFourDigitsWhereThatIsUnique() throws Exception {
    assertSame(other, query.resolve("bbbb"));
    assertSame(other, query.resolve("BBBB3333-00"));
    assertSame(first, query.resolve(UUID_1));
    assertThrows(AmbiguousSnapshotException.class, () -> query.resolve("aaaa"));
    assertThrows(NoSuchSnapshotException.class, () -> query.resolve("bbb"));
  }

  @Test
  void namesGoBeforeLatestAndUuids() throws Exception {
    Manifest named = manifest(6, "v", "bbbb", "cccc4444-0000-0000-0000-000000000004", null);
    Manifest latest = manifest(7, "v", "x@latest", "dddd5555-0000-0000-0000-000000000005", null);
    SnapshotQuery tricky = new SnapshotQuery(new Catalog(List.of(other, named, latest), List.of()));
    assertSame(named, tricky.resolve("bbbb"));
    assertSame(latest, tricky.resolve("x@latest"));
    assertSame(latest, tricky.resolve("v@latest"));
  }

  @Test
  void twoSnapshotsOfTheSameNameAreToldApartByUuid() throws Exception {
    Manifest again = manifest(8, "home", "monday", "eeee6666-0000-0000-0000-000000000006", null);
    SnapshotQuery twice = new SnapshotQuery(new Catalog(List.of(first, again), List.of()));
    assertThrows(AmbiguousSnapshotException.class, () -> twice.resolve("home/monday"));
    assertSame(again, twice.resolve("eeee"));
  }

  /** Both hosts have their snapper count, in a volume called root. */
  @Test
  void theFormsOfASnapshotAreNotThoseOfAnotherOfItsName() {
    Manifest again = manifest(8, "home", "tuesday", "eeee6666-0000-0000-0000-000000000006", null);
    SnapshotQuery twice =
        new SnapshotQuery(new Catalog(List.of(first, secondDelta, secondFull, again), List.of()));
    assertEquals(List.of(again), twice.formsOf(again));
    assertEquals(List.of(secondDelta, secondFull), twice.formsOf(secondFull));
  }

  @Test
  void eachHostHasALatestOfItsOwn() throws Exception {
    Manifest there =
        ofHost("elsewhere", manifest(8, "home", "x", "ffff7777-" + UUID_1.substring(9), null));
    SnapshotQuery both =
        new SnapshotQuery(new Catalog(List.of(first, secondFull, there), List.of()));
    String message =
        assertThrows(AmbiguousSnapshotException.class, () -> both.resolve("home@latest"))
            .getMessage();
    assertTrue(message.contains(UUID_2) && message.contains("of elsewhere"), message);
    // The same snapshot, pushed by both.
    Manifest same = ofHost("elsewhere", secondDelta);
    assertSame(
        secondFull,
        new SnapshotQuery(new Catalog(List.of(first, same, secondFull), List.of()))
            .resolve("home@latest"));
  }

  private static Manifest ofHost(String host, Manifest manifest) {
    Source source = manifest.source();
    return new Manifest(
        manifest.repository(),
        manifest.id(),
        manifest.name(),
        manifest.stream(),
        manifest.commands(),
        manifest.data(),
        new Source(
            host,
            source.path(),
            source.takenAt(),
            source.startedAt(),
            source.committedAt(),
            source.sendOptions(),
            source.tool()),
        manifest.added());
  }

  @Test
  void whatIsNotThereSaysWhatElseMayBeDamaged() {
    DamagedException damage = new DamagedException("snapshots/x", "damaged", null, null);
    SnapshotQuery damaged = new SnapshotQuery(new Catalog(List.of(), List.of(damage)));
    assertEquals(
        "there is no snapshot 'x' in the repository, as far as it can be read: 1 damaged",
        assertThrows(NoSuchSnapshotException.class, () -> damaged.resolve("x")).getMessage());
  }

  private static Manifest manifest(
      int number, String volume, String name, String uuid, String parent) {
    Hash256 hash = new Hash256(number, 0, 0, 0);
    StreamInfo.Kind kind =
        uuid == null
            ? new StreamInfo.Kind.Opaque()
            : new StreamInfo.Kind.Btrfs(
                1,
                List.of(
                    new StreamInfo.Subvolume(
                        name,
                        SubvolumeUuid.parse(uuid),
                        number,
                        Optional.ofNullable(parent)
                            .map(p -> new StreamInfo.Parent(SubvolumeUuid.parse(p), 1)))));
    Instant at = Instant.ofEpochSecond(number);
    return new Manifest(
        new RepositoryId("00112233445566778899aabbccddeeff"),
        new SnapshotId(hash),
        new SnapshotName(volume, name),
        new StreamInfo(kind, 10, hash),
        ChunkRun.EMPTY,
        ChunkRun.inline(List.of(new ChunkRef(new ChunkId(hash), 10, 20))),
        new Source("nas", Optional.empty(), Optional.empty(), at, at, List.of(), "test"),
        new Added(1, 10, 20));
  }
}
