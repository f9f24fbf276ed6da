package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A push that puts right what is stored, by a host that cannot read it, and by one that can. */
@Timeout(300)
class MendingTest {
  private static final PushRequest REQUEST = TestStreams.request("v/text");

  @TempDir Path folder;
  private TestRepository test;
  private byte[] stream;
  private Manifest manifest;
  private List<ChunkRef> refs;

  @AfterAll
  static void printFigure() {
    FaultyStore.printInjected();
  }

  @BeforeEach
  void push() throws Exception {
    test = TestRepository.encrypted(folder);
    stream = text(6_000_000);
    manifest = Damaged.push(test.asSource(test.store), REQUEST, stream);
    refs = Damaged.refs(test.asSource(test.store), manifest.data());
    assertTrue(refs.size() > ChunkRun.MAX_INLINE, refs.size() + " chunks");
  }

  /** Words, so that other levels of zstd give other lengths. */
  private static byte[] text(int bytes) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(7);
    while (text.length() < bytes) {
      text.append(Integer.toString(random.nextInt(9_000), 7)).append(" is not ");
      text.append(random.nextInt(90)).append('\n');
    }
    return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), bytes);
  }

  /** Whoever has no identity can tell damage by length only: so the lengths are to be the same. */
  @Test
  void aSourceWithAnotherLevelMendsWhatIsMissingOrCut() throws Exception {
    Map<ObjectKey, byte[]> before = Damaged.contents(test.store);
    ObjectKey missing = key(3);
    ObjectKey cut = key(20);
    test.store.delete(List.of(missing));
    Damaged.put(test.store, cut, Arrays.copyOf(before.get(cut), before.get(cut).length / 2));
    byte[] damaged = Damaged.bytes(test.store, cut);

    PushResult.Mended mended =
        Damaged.mend(test.asSource(test.store).compressing(12), REQUEST, stream);

    assertEquals(2, mended.mended());
    assertTrue(mended.whole());
    assertEquals(manifest, mended.manifest());
    assertSound(0);
    assertSound(1);
    Map<ObjectKey, byte[]> after = Damaged.contents(test.store);
    for (ObjectKey key : List.of(missing, cut)) {
      assertEquals(before.get(key).length, after.get(key).length);
    }
    List<ObjectKey> trash = Damaged.keys(test.store, "trash/");
    assertEquals(1, trash.size());
    assertArrayEquals(damaged, Damaged.bytes(test.store, trash.getFirst()));
  }

  @Test
  void aFlippedBitTakesAnIdentityToBeSeen() throws Exception {
    Damaged.flip(test.store, key(5));
    PushResult.Mended blind = Damaged.mend(test.asSource(test.store), REQUEST, stream);
    assertEquals(0, blind.mended());
    assertFalse(verify(1).sound());

    PushResult.Mended seeing = Damaged.mend(Damaged.withAll(test, test.store), REQUEST, stream);

    assertEquals(1, seeing.mended());
    assertSound(1);
  }

  @Test
  void aLostPageIsWrittenAgainUnderItsId() throws Exception {
    test.store.delete(List.of(page()));
    PushResult.Mended mended = Damaged.mend(test.asSource(test.store), REQUEST, stream);
    assertEquals(1, mended.mended());
    assertEquals(manifest, mended.manifest());
    assertSound(1);
  }

  @Test
  void aDamagedPageLiesInTheTrashBeforeItIsReplaced() throws Exception {
    Damaged.flip(test.store, page());
    byte[] damaged = Damaged.bytes(test.store, page());

    PushResult.Mended mended = Damaged.mend(test.asSource(test.store), REQUEST, stream);

    assertEquals(1, mended.mended());
    assertEquals(manifest, mended.manifest());
    assertSound(1);
    List<ObjectKey> trash = Damaged.keys(test.store, "trash/");
    assertEquals(1, trash.size());
    assertTrue(trash.getFirst().value().endsWith("/" + page()), trash::toString);
    assertArrayEquals(damaged, Damaged.bytes(test.store, trash.getFirst()));
  }

  /** A push that knows nothing of a repair comes upon it too. */
  @Test
  void anOrdinaryPushKeepsADamagedPageToo() throws Exception {
    Damaged.flip(test.store, page());
    byte[] damaged = Damaged.bytes(test.store, page());
    assertEquals(manifest, Damaged.push(test.asSource(test.store), REQUEST, stream));
    assertSound(1);
    assertArrayEquals(
        damaged, Damaged.bytes(test.store, Damaged.keys(test.store, "trash/").getFirst()));
  }

  /** Before the copy is stored, and between the two. */
  @ParameterizedTest
  @ValueSource(strings = {"trash/", "pages/"})
  void aDamagedPageIsThereUntilItsCopyIs(String failing) throws Exception {
    Damaged.flip(test.store, page());
    byte[] damaged = Damaged.bytes(test.store, page());
    ForwardingStore dying =
        new ForwardingStore(test.store) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.value().startsWith(failing) && condition instanceof PutCondition.Always) {
              throw Failure.refused().of(location(), Optional.of(key));
            }
            return super.put(key, body, condition);
          }
        };

    assertThrows(FirkinException.class, () -> Damaged.mend(test.asSource(dying), REQUEST, stream));

    assertArrayEquals(damaged, Damaged.bytes(test.store, page()), "not replaced");
    int copies = failing.equals("trash/") ? 0 : 1;
    assertEquals(copies, Damaged.keys(test.store, "trash/").size());
    assertTrue(Damaged.mend(test.asSource(test.store), REQUEST, stream).whole());
    assertEquals(copies + 1, Damaged.keys(test.store, "trash/").size());
    assertSound(1);
  }

  /** The snapshot is known by its uuid, and what is stored of it states the lengths. */
  @Test
  void underAnotherNameNothingIsTakenOver() throws Exception {
    Repository source = test.asSource(test.store);
    byte[] btrfs = TestStreams.full(9, 300_000);
    Manifest stored = Damaged.push(source, TestStreams.request("v/nine"), btrfs);
    ObjectKey cut = Damaged.chunk(source, stored.data(), 1);
    byte[] whole = Damaged.bytes(test.store, cut);
    Damaged.put(test.store, cut, Arrays.copyOf(whole, whole.length / 2));

    assertThrows(
        PushException.class, () -> Damaged.mend(source, TestStreams.request("w/nine"), btrfs));

    assertEquals(stored, source.snapshots(ObjectCache.none()).read(stored.id()));
    assertFalse(verify(0).sound(), "the cut chunk is not believed");
    assertTrue(Damaged.mend(source, TestStreams.request("v/nine"), btrfs).whole());
    assertSound(1);
  }

  /** Then nobody knows what lengths the page stated: the snapshot gets a manifest that is true. */
  @Test
  void aPageThatIsLostWithItsChunksGetsTheManifestReplaced() throws Exception {
    test.store.delete(List.of(page(), key(7)));

    PushResult.Mended mended =
        Damaged.mend(test.asSource(test.store).compressing(12), REQUEST, stream);

    assertTrue(mended.whole());
    assertEquals(manifest.id(), mended.manifest().id());
    assertFalse(manifest.data().equals(mended.manifest().data()));
    assertSound(0);
    assertSound(1);
    ObjectKey key = Snapshots.key(manifest.id());
    assertTrue(
        Damaged.keys(test.store, "trash/").stream().anyMatch(k -> k.value().endsWith(key.value())));
  }

  /** A host's copy of the old manifest must not be taken for the new one. */
  @Test
  void aReplacedManifestHasAnotherLengthThanTheOldOne() throws Exception {
    ObjectCache cache = ObjectCache.in(folder.resolve("state"));
    Repository source = test.asSource(test.store);
    assertEquals(List.of(manifest), source.snapshots(cache).load().manifests());
    test.store.delete(List.of(page(), key(7)));

    Manifest replaced = Damaged.mend(source.compressing(12), REQUEST, stream).manifest();

    assertEquals(List.of(replaced), source.snapshots(cache).load().manifests());
    int length = Damaged.bytes(test.store, Snapshots.key(manifest.id())).length;
    Manifest again = source.snapshots(cache).replace(replaced);
    assertTrue(Damaged.bytes(test.store, Snapshots.key(again.id())).length != length);
  }

  @Test
  void aDamagedManifestIsKeptAndWrittenAgain() throws Exception {
    ObjectKey key = Snapshots.key(manifest.id());
    Damaged.flip(test.store, key);
    byte[] damaged = Damaged.bytes(test.store, key);

    PushResult.Mended mended = Damaged.mend(test.asSource(test.store), REQUEST, stream);

    assertEquals(1, mended.mended());
    assertTrue(mended.whole());
    assertSound(1);
    assertArrayEquals(
        damaged, Damaged.bytes(test.store, Damaged.keys(test.store, "trash/").getFirst()));
  }

  @Test
  void anotherContentUnderTheNameOfAnOpaqueStreamIsRefused() throws Exception {
    test.store.delete(List.of(key(3)));
    byte[] changed = stream.clone();
    changed[1_000] ^= 1;
    assertThrows(
        PushException.class, () -> Damaged.mend(test.asSource(test.store), REQUEST, changed));
    assertEquals(
        List.of(manifest),
        test.asSource(test.store).snapshots(ObjectCache.none()).load().manifests());
  }

  /** A push that mends may die anywhere, and the same again mends. */
  @ParameterizedTest
  @EnumSource(When.class)
  void itMayDieAnywhere(When when) throws Exception {
    test = TestRepository.plain(folder.resolve("plain"));
    byte[] right = text(1_200_000);
    Manifest stored = Damaged.push(test.asSource(test.store), REQUEST, right);
    List<ChunkRef> chunks = Damaged.refs(test.asSource(test.store), stored.data());
    ObjectKey flipped = Chunks.key(chunks.get(2).id());
    Damaged.flip(test.store, flipped);
    byte[] flippedBytes = Damaged.bytes(test.store, flipped);
    test.store.delete(List.of(Chunks.key(chunks.get(4).id())));
    Damaged.flip(test.store, Snapshots.key(stored.id()));
    Map<ObjectKey, byte[]> damaged = Damaged.contents(test.store);
    FaultyStore counting = new FaultyStore(test.store);
    Damaged.mend(test.asSource(counting), REQUEST, right);
    assertTrue(counting.calls() > 20, counting.calls() + " calls");
    for (int n = 1; n <= counting.calls(); n++) {
      Damaged.reset(test.store, damaged);
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.refused());
      mendOrDie(faulty, right);

      PushResult.Mended mended = Damaged.mend(test.asSource(test.store), REQUEST, right);

      String call = "call " + n + ", " + when;
      assertTrue(mended.whole(), call);
      assertSound(1);
      assertArrayEquals(
          right, Damaged.restored(Damaged.withAll(test, test.store), mended.manifest()), call);
      assertTrue(
          Damaged.contents(test.store).entrySet().stream()
              .anyMatch(e ->
                  e.getKey().value().endsWith(flipped.value())
                      && Arrays.equals(e.getValue(), flippedBytes)),
          call);
    }
  }

  private void mendOrDie(FaultyStore faulty, byte[] right) throws Exception {
    try {
      Damaged.mend(test.asSource(faulty), REQUEST, right);
    } catch (FirkinException e) {
      assertTrue(faulty.calls() > 0, e::toString);
    }
  }

  private ObjectKey key(int number) {
    return Chunks.key(refs.get(number).id());
  }

  private ObjectKey page() {
    return Pages.key(((ChunkRun.References.Paged) manifest.data().references()).pages().getFirst());
  }

  private VerifyReport verify(double sample) throws Exception {
    return Damaged.verify(
        sample > 0 ? Damaged.withAll(test, test.store) : test.asSource(test.store),
        List.of(),
        sample);
  }

  private void assertSound(double sample) throws Exception {
    assertEquals(List.of(), verify(sample).findings());
  }
}
