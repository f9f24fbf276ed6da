package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.transfer.Finding.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every class of object, damaged in every way: verify names exactly the object and who is hurt by
 * it, and a restore stops before it writes a wrong byte.
 */
@Timeout(600)
class DamageHarnessTest {
  private static final long FULL = 41;
  private static final long DELTA = 42;
  private static final long OTHER = 43;
  private static final Set<String> HURT = Set.of("v/s41", "v/s42");

  @TempDir Path folder;
  private TestRepository test;
  private byte[] stream;
  private Manifest full;
  private List<Manifest> remembered;
  private Map<ObjectKey, byte[]> untouched;
  private Map<ObjectKey, byte[]> elsewhere;
  private int planted;
  private int found;
  private int unnoticedByDesign;
  private final List<String> falseAlarms = new ArrayList<>();

  /** What is damaged, and what a verify is to say of it. */
  private record Victim(
      String what, ObjectKey key, ObjectKey another, Kind kind, Set<String> hurt) {}

  /** What it becomes; nothing for deleted. */
  private record Blow(String how, ByteBuffer content) {
    Blow(String how, byte[] content) {
      this(how, ByteBuffer.wrap(content));
    }
  }

  private TestRepository filled(String name, boolean encrypted, long shift) throws Exception {
    Path place = folder.resolve(name);
    TestRepository made = encrypted ? TestRepository.encrypted(place) : TestRepository.plain(place);
    Repository source = made.asSource(made.store);
    stream = TestStreams.full(FULL + shift, 6_000_000);
    full = Damaged.push(source, TestStreams.request("v/s" + (FULL + shift)), stream);
    Damaged.push(
        source,
        TestStreams.request("v/s" + (DELTA + shift)),
        TestStreams.delta(DELTA + shift, 300_000, FULL + shift));
    Damaged.push(
        source,
        TestStreams.request("v/s" + (OTHER + shift)),
        TestStreams.full(OTHER + shift, 6_000_000));
    for (long seed : List.of(44 + shift, 45 + shift)) {
      byte[] cut = TestStreams.full(seed, 1_000_000);
      MemoryProducer producer = new MemoryProducer(cut, 700_000);
      assertThrows(
          FirkinException.class,
          () ->
              TestLeases.push(
                  source, 3, TestStreams.requestFor(seed), producer, Push.Start.FROM_ZERO));
      source.forgotten().record(source.trash().begin(), Forgetting.by("test"));
    }
    return made;
  }

  private void make(boolean encrypted) throws Exception {
    elsewhere = Damaged.contents(filled("elsewhere", encrypted, 100).store);
    test = filled("here", encrypted, 0);
    untouched = Damaged.contents(test.store);
    remembered = test.asSource(test.store).snapshots(ObjectCache.none()).load().manifests();
    assertEquals(3, remembered.size());
    assertEquals(List.of(), verify(remembered).findings());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyDamageIsNamedAndNothingElse(boolean encrypted) throws Exception {
    make(encrypted);
    for (Victim victim : victims(encrypted)) {
      for (Blow blow : blows(victim)) {
        strike(victim, blow);
        Damaged.reset(test.store, untouched);
      }
    }
    String which = encrypted ? "encrypted" : "not encrypted";
    figure("damaged objects found / planted, " + which, found + " / " + planted);
    figure("unnoticed by design, " + which, "" + unnoticedByDesign);
    figure("false alarms, " + which, "" + falseAlarms.size());
    assertEquals(List.of(), falseAlarms);
    assertEquals(planted, found);
    assertTrue(planted > 60, planted + " planted");
  }

  /** For {@code bench/reliability}. */
  private static void figure(String what, String value) {
    System.out.println("FIGURE " + what + "\t" + value);
  }

  private List<Victim> victims(boolean encrypted) throws Exception {
    Repository source = test.asSource(test.store);
    Manifest other =
        remembered.stream().filter(m -> m.name().name().equals("s" + OTHER)).findFirst().get();
    List<Victim> victims = new ArrayList<>();
    victims.add(
        new Victim(
            "chunk of commands",
            Damaged.chunk(source, full.commands(), 0),
            Damaged.chunk(source, other.commands(), 0),
            Kind.CHUNK_DAMAGED,
            HURT));
    victims.add(
        new Victim(
            "chunk of data",
            Damaged.chunk(source, full.data(), 30),
            Damaged.chunk(source, full.data(), 31),
            Kind.CHUNK_DAMAGED,
            HURT));
    victims.add(new Victim("page", page(full), page(other), Kind.PAGE, HURT));
    victims.add(
        new Victim(
            "manifest", Snapshots.key(full.id()), Snapshots.key(other.id()), Kind.MANIFEST, HURT));
    List<ObjectKey> checkpoints = Damaged.keys(test.store, "uploads/");
    assertEquals(2, checkpoints.size());
    victims.add(
        new Victim(
            "checkpoint", checkpoints.get(0), checkpoints.get(1), Kind.CHECKPOINT, Set.of()));
    List<ObjectKey> records = Damaged.keys(test.store, "forgotten/");
    assertEquals(2, records.size());
    victims.add(new Victim("record", records.get(0), records.get(1), Kind.RECORD, Set.of()));
    ObjectKey config = ObjectKey.of("firkin.json");
    victims.add(new Victim("firkin.json", config, page(full), Kind.KEY, Set.of()));
    if (encrypted) {
      ObjectKey slot = Damaged.keys(test.store, "keys/").getFirst();
      victims.add(new Victim("key", slot, page(full), Kind.KEY, Set.of()));
    }
    return victims;
  }

  private static ObjectKey page(Manifest manifest) {
    return Pages.key(((ChunkRun.References.Paged) manifest.data().references()).pages().getFirst());
  }

  private List<Blow> blows(Victim victim) {
    byte[] right = untouched.get(victim.key());
    List<Blow> blows = new ArrayList<>();
    for (int at : List.of(0, 5, right.length / 3, right.length / 2, right.length - 1)) {
      byte[] flipped = right.clone();
      flipped[at] ^= 4;
      blows.add(new Blow("a bit of byte " + at + " flipped", flipped));
    }
    for (int length : List.of(right.length - 1, right.length / 2, 0)) {
      blows.add(new Blow("cut to " + length, Arrays.copyOf(right, length)));
    }
    blows.add(new Blow("one byte longer", Arrays.copyOf(right, right.length + 1)));
    blows.add(new Blow("swapped", untouched.get(victim.another())));
    blows.add(new Blow("of another repository", foreign(victim)));
    blows.add(new Blow("deleted", new byte[0]));
    return blows;
  }

  private byte[] foreign(Victim victim) {
    String key = victim.key().value();
    String prefix = key.contains("/") ? key.substring(0, key.indexOf('/') + 1) : key;
    return elsewhere.entrySet().stream()
        .filter(e -> e.getKey().value().startsWith(prefix))
        .map(Map.Entry::getValue)
        .filter(bytes -> !Arrays.equals(bytes, untouched.get(victim.key())))
        .findFirst()
        .orElseThrow();
  }

  private void strike(Victim victim, Blow blow) throws Exception {
    String which = victim.what() + ", " + blow.how();
    boolean deleted = blow.how().equals("deleted");
    if (deleted) {
      test.store.delete(List.of(victim.key()));
    } else {
      test.store.put(victim.key(), blow.content(), PutCondition.always());
    }
    if (victim.what().equals("firkin.json")) {
      planted++;
      assertThrows(FirkinException.class, () -> verify(remembered), which);
      // Who meets a plain repository for the first time cannot know that it is another one.
      if (test.encrypted || !blow.how().equals("of another repository")) {
        assertThrows(FirkinException.class, () -> test.asOwner(test.store), which);
      }
      found++;
      return;
    }
    if (deleted && Set.of(Kind.CHECKPOINT, Kind.RECORD).contains(victim.kind())) {
      unnoticedByDesign++;
      assertEquals(List.of(), verify(remembered).findings(), which);
      return;
    }
    planted++;
    VerifyReport report = verify(remembered);
    for (Finding finding : report.findings()) {
      Set<String> hurt = names(finding.affected());
      if (!finding.key().equals(victim.key().value())) {
        falseAlarms.add(which + ": " + finding);
      } else if (hurt.equals(victim.hurt()) && finding.kind() == kind(victim, blow, deleted)) {
        found++;
      } else {
        throw new AssertionError(which + ": " + finding);
      }
    }
    assertRestoreIsRightOrRefused(victim, which);
  }

  private static Kind kind(Victim victim, Blow blow, boolean deleted) {
    return switch (victim.kind()) {
      case CHUNK_DAMAGED ->
          deleted || blow.content().remaining() == 0 ? Kind.CHUNK_MISSING : Kind.CHUNK_DAMAGED;
      case MANIFEST -> deleted ? Kind.SNAPSHOT_GONE : Kind.MANIFEST;
      default -> victim.kind();
    };
  }

  private void assertRestoreIsRightOrRefused(Victim victim, String which) throws Exception {
    Repository owner = Damaged.withAll(test, test.store);
    if (victim.hurt().isEmpty()) {
      assertArrayEquals(stream, Damaged.restored(owner, full), which);
    } else if (victim.what().equals("manifest")) {
      assertThrows(
          DamagedException.class, () -> owner.snapshots(ObjectCache.none()).read(full.id()), which);
    } else {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThrows(
          FirkinException.class,
          () -> new StreamRestore(owner, 3, new RestoreProgress()).write(full, out),
          which);
      byte[] written = out.toByteArray();
      assertTrue(written.length < stream.length, which);
      assertArrayEquals(Arrays.copyOf(stream, written.length), written, which);
    }
  }

  /** The store as it was before the last pushes: sound, and not what this host has seen. */
  @Test
  void aStoreThatWasRolledBackIsNoticedByWhoHasSeenMore() throws Exception {
    make(true);
    test.store.delete(List.of(Snapshots.key(full.id())));
    Manifest delta =
        remembered.stream().filter(m -> m.name().name().equals("s" + DELTA)).findFirst().get();
    test.store.delete(List.of(Snapshots.key(delta.id())));

    assertEquals(List.of(), verify(List.of()).findings());
    VerifyReport report = verify(remembered);

    assertEquals(
        Set.of("v/s41", "v/s42"),
        names(report.findings().stream().flatMap(f -> f.affected().stream()).toList()));
    assertEquals(
        List.of(Kind.SNAPSHOT_GONE, Kind.SNAPSHOT_GONE),
        report.findings().stream().map(Finding::kind).toList());
  }

  /** Who has never seen it still learns what its deltas lack, and by which object. */
  @Test
  void theDeltasOfADamagedManifestAreFoundByItsIdAlone() throws Exception {
    make(true);
    Damaged.flip(test.store, Snapshots.key(full.id()));
    VerifyReport report = verify(List.of());
    assertEquals(1, report.findings().size(), report::toString);
    Finding finding = report.findings().getFirst();
    assertEquals(Kind.MANIFEST, finding.kind());
    assertEquals(Set.of("v/s42"), names(finding.affected()));
    assertEquals(
        List.of("v/s42"),
        report.broken().stream().map(b -> b.manifest().name().toString()).toList());
  }

  /** A second page, a second chunk: the first damage hides nothing. */
  @Test
  void everyDamageOfManyIsNamed() throws Exception {
    make(true);
    Repository source = test.asSource(test.store);
    Set<String> expected = new TreeSet<>();
    for (int number : List.of(3, 40, 66)) {
      ObjectKey key = Damaged.chunk(source, full.data(), number);
      Damaged.flip(test.store, key);
      expected.add(key.value());
    }
    ObjectKey commands = Damaged.chunk(source, full.commands(), 0);
    test.store.delete(List.of(commands));
    expected.add(commands.value());
    Manifest other =
        remembered.stream().filter(m -> m.name().name().equals("s" + OTHER)).findFirst().get();
    test.store.delete(List.of(page(other)));
    expected.add(page(other).value());

    assertEquals(
        expected, new TreeSet<>(verify(remembered).findings().stream().map(Finding::key).toList()));
  }

  private VerifyReport verify(List<Manifest> known) throws Exception {
    return Damaged.verify(Damaged.withAll(test, test.store), known, 1);
  }

  private static Set<String> names(List<SnapshotName> names) {
    return new TreeSet<>(names.stream().map(SnapshotName::toString).toList());
  }
}
