package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.chunk.Pieces;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.decorator.GaugedStore;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.ManualClock;
import dev.firkin.store.decorator.MeteredStore;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.PacedStore;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a line that drops before a chunk is through, a push gets on in pieces. */
@Timeout(120)
final class PushInPiecesTest {
  private static final long SEED = 5;
  private static final long ONE_MBIT = 125_000;
  private static final Duration LIFE = Duration.ofSeconds(20);

  private static byte[] stream = {};

  @TempDir Path folder;
  private final MemoryStore store = new MemoryStore("test");
  private final ManualClock clock = new ManualClock();
  private Repositories source;

  @BeforeAll
  static void makeStream() throws Exception {
    stream = TestStreams.full(SEED, 60_000_000);
  }

  @BeforeEach
  void makeRepository() throws Exception {
    source = new Repositories(new KnownRepositories(folder.resolve("source")));
    source.create(store, ChunkerParameters.DEFAULT, Protection.NONE);
  }

  @Test
  void aChunkThatTakesLongerThanTheLineLivesGetsThrough() throws Exception {
    ShortLine line = new ShortLine(store, clock, ONE_MBIT, LIFE);

    PushResult pushed = push(line);

    assertTrue(line.cuts() > 8, line.cuts() + " cuts");
    assertSound(pushed.manifest());
    long stored = storedBytes("");
    System.out.printf(
        "1 Mbit/s with a cut every %d s: %d bytes sent for %d, at most %d lost by one of %d cuts%n",
        LIFE.toSeconds(), line.sentBytes(), stored, line.mostLostBytes(), line.cuts());
    assertTrue(stored > 0.94 * line.sentBytes(), stored + " of " + line.sentBytes());
    assertTrue(line.mostLostBytes() < 5 * ONE_MBIT, line.mostLostBytes() + " bytes by one cut");
    assertTrue(references(pushed.manifest()).stream().anyMatch(r -> r.plaintextBytes() > 300_000));
  }

  /** Not even what was in pieces, by a host that knows nothing. */
  @Test
  void whoGoesOnSendsNoPieceTwice() throws Exception {
    ShortLine line = new ShortLine(store, clock, ONE_MBIT, LIFE);
    FaultyStore dying = new FaultyStore(line);
    for (int n = 60; n < 200; n++) {
      dying.failCall(n, When.BEFORE_THE_EFFECT, Failure.refused());
    }
    assertThrows(StoreRefusedException.class, () -> push(dying));
    long before = storedBytes("chunks/");
    assertTrue(before > 4 << 20, before + " bytes");

    MeteredStore metered = new MeteredStore(new ShortLine(store, clock, ONE_MBIT, LIFE));
    PushResult pushed = push(metered);

    assertSound(pushed.manifest());
    assertEquals(0, verified().leftovers().orElseThrow().chunks(), "stored once more as a whole");
  }

  @Test
  void aSecondPushFindsThePieces() throws Exception {
    Manifest first = push(new ShortLine(store, clock, ONE_MBIT, LIFE)).manifest();
    long before = storedBytes("chunks/");

    // Which is another snapshot of the same files.
    PushResult second = push(new ShortLine(store, clock, ONE_MBIT, LIFE), 9);

    long added = storedBytes("chunks/") - before;
    assertTrue(added < 2 << 20, added + " bytes of " + before);
    assertTrue(second.manifest().chunks() > first.chunks() / 2);
    assertSound(first);
  }

  /** As for who takes the laptop to the office for the rest. */
  @Test
  void aWideLineFindsThePiecesToo() throws Exception {
    push(new ShortLine(store, clock, ONE_MBIT, LIFE));
    long before = storedBytes("chunks/");

    push(store, Line.wide(), SEED);

    assertEquals(before, storedBytes("chunks/"), "stored once more as a whole");
  }

  @Test
  void onAWideLineChunksStayWhole() throws Exception {
    ShortLine wide = new ShortLine(store, clock, 20 * ONE_MBIT, LIFE);
    Manifest manifest = push(wide).manifest();
    List<ChunkRef> refs = references(manifest);
    assertEquals(refs.size(), references(push(store, Line.wide(), 8).manifest()).size(), 1);
    assertTrue(
        refs.stream().filter(r -> r.plaintextBytes() > Pieces.MOST_BYTES).count()
            >= refs.size() - 3,
        refs::toString);
  }

  private PushResult push(ObjectStore through) throws FirkinException, InterruptedException {
    return push(through, SEED);
  }

  private PushResult push(ObjectStore through, long seed)
      throws FirkinException, InterruptedException {
    Line line = new Line(clock);
    ObjectStore decorated =
        new RetryingStore(
            new PacedStore(new GaugedStore(through, line, clock), 6, line, clock),
            RetryPolicy.forever(),
            OutageListener.silent(),
            clock,
            new Random(1));
    return push(decorated, line, seed);
  }

  private PushResult push(ObjectStore through, Line line, long seed)
      throws FirkinException, InterruptedException {
    Repository repository = source.open(through, Credentials.NONE);
    return TestLeases.push(
        repository,
        4,
        TestStreams.request("v/s" + seed),
        new MemoryProducer(streamOf(seed)),
        Push.Start.FROM_ZERO,
        line);
  }

  private static byte[] streamOf(long seed) {
    try {
      return seed == SEED ? stream : TestStreams.full(seed, 60_000_000, SEED);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private Repository opened() throws FirkinException {
    return source.open(store, Credentials.NONE);
  }

  private List<ChunkRef> references(Manifest manifest) throws FirkinException {
    return switch (manifest.data().references()) {
      case ChunkRun.References.Inline inline -> inline.refs();
      case ChunkRun.References.Paged paged -> opened().pages().read(paged.pages().getFirst());
    };
  }

  private void assertSound(Manifest manifest) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamRestore(opened(), 4, new RestoreProgress()).write(manifest, out);
    assertArrayEquals(stream, out.toByteArray());
    assertTrue(verified().sound());
  }

  private VerifyReport verified() throws Exception {
    Repository repository = opened();
    return new Verify(
            repository,
            repository.snapshots(ObjectCache.none()),
            List.of(),
            4,
            1,
            new RestoreProgress())
        .run();
  }

  private long storedBytes(String prefix) throws StoreException {
    AtomicLong bytes = new AtomicLong();
    store.list(
        prefix.isEmpty() ? KeyPrefix.all() : KeyPrefix.of(prefix),
        info -> bytes.addAndGet(info.bytes()));
    return bytes.get();
  }
}
