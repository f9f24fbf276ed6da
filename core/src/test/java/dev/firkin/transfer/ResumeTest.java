package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Lease;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going on from a checkpoint gives what a push without any interruption gives. */
@Timeout(120)
class ResumeTest {
  private static final long SEED = 77;

  private static byte[] stream = {};

  @TempDir Path folder;
  private TestRepository test;
  private final List<Lease> leases = new ArrayList<>();

  /** With chunks of 64 KiB some 1,600 of them: pages and open references, several checkpoints. */
  @BeforeAll
  static void makeStream() throws Exception {
    stream = TestStreams.full(SEED, 110_000_000);
  }

  @AfterAll
  static void letItGo() {
    stream = new byte[0];
  }

  @AfterEach
  void giveLeasesBack() {
    leases.forEach(Lease::close);
  }

  @BeforeEach
  void makeRepository() throws Exception {
    test = TestRepository.plain(folder.resolve("repository"));
  }

  /** Cut off before any mark was due, with open references only, behind a page, near the end. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.5, 0.7, 0.999})
  void goesOnFromWhereItWasCutOff(double share) throws Exception {
    Manifest whole = uninterrupted();
    cutOff((int) (stream.length * share));
    Optional<Checkpoint> checkpoint = checkpoint();
    assertEquals((long) (stream.length * share), checkpoint.orElseThrow().streamBytes());
    assertEquals(checkpoint.map(Checkpoint::marks).orElse(List.of()), adopted().marks());
    long chunks = count("chunks/");

    PushResult resumed = push(stream, Push.Start.FROM_CHECKPOINT);

    assertEquals(whole.stream(), resumed.manifest().stream());
    assertEquals(ids(whole), ids(resumed.manifest()), "the same pages, whatever way they came");
    assertEquals(whole.data().bytes(), resumed.manifest().data().bytes());
    assertEquals(whole.commands().bytes(), resumed.manifest().commands().bytes());
    assertEquals(count("chunks/") - chunks, resumed.counts().added().chunks());
    assertEquals(
        resumed.manifest().chunks(),
        resumed.counts().added().chunks() + resumed.counts().skippedChunks());
    assertRestores(resumed.manifest());
    assertEquals(0, count("uploads/"));
  }

  /** What was under way when the stream broke off is stored, and is known to be. */
  @Test
  void nothingThatWasUnderWayIsForgotten() throws Exception {
    cutOff(stream.length * 6 / 10);
    Checkpoint checkpoint = checkpoint().orElseThrow();
    assertEquals(stream.length * 6 / 10, checkpoint.streamBytes());
    assertEquals(count("chunks/"), adopted().chunks());
    Leftovers left = verified().leftovers().orElseThrow();
    assertEquals(
        new Leftovers(count("chunks/"), bytes("chunks/"), count("pages/"), 1),
        left,
        "no snapshot needs them yet");
    var _ = push(stream, Push.Start.FROM_CHECKPOINT);
    assertTrue(verified().leftovers().orElseThrow().none());
  }

  /** What a verify has found is not lost with what is only nice to know. */
  @Test
  void leftoversThatCannotBeCountedAreNoFailure() throws Exception {
    ObjectStore silent =
        new ForwardingStore(test.store) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            if (prefix.equals(KeyPrefix.of("pages/"))) {
              throw new StoreException(location(), null, "no list of pages", null, null);
            }
            super.list(prefix, each);
          }
        };
    Manifest manifest = push(TestStreams.full(SEED, 300_000), Push.Start.FROM_ZERO).manifest();
    test.store.delete(keys("chunks/").subList(0, 1));
    Repository owner = test.asOwner(silent);
    VerifyReport report =
        new Verify(
                owner, owner.snapshots(ObjectCache.none()), List.of(), 4, 0, new RestoreProgress())
            .run();
    assertEquals(Optional.empty(), report.leftovers());
    assertEquals(List.of(manifest.name()), report.findings().getFirst().affected());
  }

  /** As at the end of a window: what is under way gets there, and a checkpoint. */
  @Test
  void aPushThatIsStoppedLeavesACheckpoint() throws Exception {
    CompletableFuture<Push> started = new CompletableFuture<>();
    int half = stream.length / 2;
    Producer producer = new Watched(stream, half, () -> started.join().stop());
    Push push = pusher();
    started.complete(push);
    assertThrows(
        PushStoppedException.class,
        () -> push.run(TestStreams.requestFor(SEED), producer, Push.Start.FROM_CHECKPOINT));

    long reached = checkpoint().orElseThrow().streamBytes();
    assertTrue(reached >= half && reached < half + 1_000_000, half + " and then " + reached);
    assertEquals(count("chunks/"), adopted().chunks());
    assertEquals(0, count("snapshots/"));
    assertRestores(push(stream, Push.Start.FROM_CHECKPOINT).manifest());
  }

  /** As by Ctrl-C. */
  @Test
  void aPushThatIsInterruptedLeavesACheckpoint() throws Exception {
    Thread pushing = Thread.currentThread();
    int half = stream.length / 2;
    Producer producer = new Watched(stream, half, pushing::interrupt);
    assertThrows(
        InterruptedException.class,
        () -> pusher().run(TestStreams.requestFor(SEED), producer, Push.Start.FROM_CHECKPOINT));

    assertTrue(checkpoint().orElseThrow().streamBytes() >= half);
    assertEquals(count("chunks/"), adopted().chunks());
  }

  /** Nobody waits for long for a store that does not answer. */
  @Test
  void aPushToADeadStoreEndsSoonWhenInterrupted() throws Exception {
    Thread pushing = Thread.currentThread();
    Producer producer = new Watched(stream, 200_000, pushing::interrupt);
    FaultyStore dead = new FaultyStore(test.store);
    Repository source =
        test.asSource(new RetryingStore(dead, RetryPolicy.forever(), OutageListener.silent()));
    Push push = pusher(source);
    dead.down(true);
    long began = System.nanoTime();
    assertThrows(
        InterruptedException.class,
        () -> push.run(TestStreams.requestFor(SEED), producer, Push.Start.FROM_ZERO));
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(Duration.ofSeconds(9)) < 0, took + "");
  }

  /** A command may end well when it is told to end; what it wrote until then is not its stream. */
  @Test
  void aProducerThatEndsWellWhenStoppedHasNotEnded() throws Exception {
    // Opaque, so that nothing shows that it is cut off; and of a length that the reader reads in
    // whole buffers, so that the end comes between two reads.
    byte[] beginning = Arrays.copyOfRange(stream, 1, 1 + 12 * (256 << 10));
    Silent producer = new Silent(beginning);
    Push push = pusher();
    FutureTask<PushResult> pushing =
        new FutureTask<>(
            () -> push.run(TestStreams.request("v/opaque"), producer, Push.Start.FROM_ZERO));
    Thread.ofPlatform().daemon().start(pushing);
    producer.silent.await();
    push.stop();
    ExecutionException ended =
        assertThrows(ExecutionException.class, () -> pushing.get(30, TimeUnit.SECONDS));
    assertEquals(PushStoppedException.class, ended.getCause().getClass());
    assertEquals(0, count("snapshots/"));
    assertEquals(1, count("uploads/"), "though nobody read when it was stopped");
  }

  /** Writes so much, and then nothing until it is closed; then it is at its end. */
  private static final class Silent extends InputStream implements Producer {
    private final ByteArrayInputStream bytes;
    private final CountDownLatch silent = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    Silent(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("only whole buffers are read");
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = bytes.read(b, off, len);
      if (n < 0) {
        silent.countDown();
        try {
          closed.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return n;
    }

    @Override
    public InputStream stream() {
      return this;
    }

    @Override
    public void finish() {
      // It always ends well.
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  /** Also where the reader has come to the end, and the store is what it hangs on. */
  @Test
  void aStopEndsAPushWhoseStreamIsRead() throws Exception {
    byte[] small = TestStreams.full(SEED, 300_000);
    FaultyStore dead = new FaultyStore(test.store);
    Repository source =
        test.asSource(new RetryingStore(dead, RetryPolicy.forever(), OutageListener.silent()));
    Push push = pusher(source);
    dead.down(true);
    FutureTask<PushResult> pushing =
        new FutureTask<>(() ->
            push.run(
                TestStreams.requestFor(SEED), new MemoryProducer(small), Push.Start.FROM_ZERO));
    Thread thread = Thread.ofPlatform().daemon().start(pushing);
    assertThrows(TimeoutException.class, () -> pushing.get(500, TimeUnit.MILLISECONDS));
    push.stop();
    // The grace of two minutes is not what is tried here: an interruption cuts it short.
    assertThrows(TimeoutException.class, () -> pushing.get(500, TimeUnit.MILLISECONDS));
    thread.interrupt();
    ExecutionException ended =
        assertThrows(ExecutionException.class, () -> pushing.get(9, TimeUnit.SECONDS));
    assertEquals(PushStoppedException.class, ended.getCause().getClass());
  }

  @Test
  void everyResumeGoesFurther() throws Exception {
    test = TestRepository.encrypted(folder.resolve("encrypted"));
    long before = 0;
    for (double share : new double[] {0.25, 0.5, 0.75, 0.95}) {
      cutOff((int) (stream.length * share), Push.Start.FROM_CHECKPOINT);
      long after = checkpoint().orElseThrow().streamBytes();
      assertTrue(after > before && after <= stream.length * share, after + " after " + before);
      assertEquals(after, adopted().marks().getLast().streamBytes());
      before = after;
      assertEquals(1, count("uploads/"), "the one it went on from is gone");
    }
    assertRestores(push(stream, Push.Start.FROM_CHECKPOINT).manifest());
  }

  @Test
  void anotherStreamIsNoticedAndPushedFromZero() throws Exception {
    cutOff(stream.length * 9 / 10);
    byte[] other = TestStreams.full(SEED, 40_000_000, SEED + 1);

    MemoryProducer producer = new MemoryProducer(other);
    assertThrows(StreamChangedException.class, () -> push(producer, Push.Start.FROM_CHECKPOINT));
    assertTrue(
        producer.stream().available() > other.length / 2,
        "noticed at the first mark, not at the last one");
    assertEquals(0, count("snapshots/"));
    assertEquals(0, count("uploads/"), "it would only lead astray again");

    Manifest fresh = push(other, Push.Start.FROM_ZERO).manifest();
    assertRestores(other, fresh);
  }

  @Test
  void aShorterStreamIsNotTheOneThatIsStored() throws Exception {
    cutOff(stream.length * 9 / 10);
    MemoryProducer cut = new MemoryProducer(stream, stream.length / 10);
    assertThrows(MalformedStreamException.class, () -> push(cut, Push.Start.FROM_CHECKPOINT));
    assertEquals(1, count("uploads/"), "a cut is no other stream");
    byte[] shorter = TestStreams.full(SEED, 1_000_000);
    assertThrows(StreamChangedException.class, () -> push(shorter, Push.Start.FROM_CHECKPOINT));
    assertEquals(0, count("snapshots/"));
  }

  @Test
  void aProducerThatFailsAtOnceIsTheErrorThatIsShown() throws Exception {
    cutOff(stream.length / 2);
    FirkinException verdict = new FirkinException("btrfs send exited with status 1");
    MemoryProducer failing = new MemoryProducer(stream, 0).failing(verdict);
    assertEquals(
        verdict,
        assertThrows(FirkinException.class, () -> push(failing, Push.Start.FROM_CHECKPOINT)));
    assertEquals(1, count("uploads/"));
  }

  /** The longer one was left by a push that read other bytes; the later one is right. */
  @Test
  void theNewestCheckpointCountsNotTheFurthest() throws Exception {
    cutOff(stream.length * 9 / 10);
    byte[] other = TestStreams.full(SEED, 40_000_000, SEED + 1);
    MemoryProducer cut = new MemoryProducer(other, 30_000_000);
    assertThrows(FirkinException.class, () -> push(cut, Push.Start.FROM_ZERO));
    assertEquals(2, count("uploads/"));
    assertRestores(other, push(other, Push.Start.FROM_CHECKPOINT).manifest());
  }

  /** Each chunk that a checkpoint names is looked for; without it the push begins from zero. */
  @Test
  void aCheckpointWhoseChunksAreGoneIsNotBelieved() throws Exception {
    cutOff(stream.length * 9 / 10);
    ObjectKey victim = Chunks.key(named().id());
    test.store.delete(List.of(victim));

    Manifest manifest = push(stream, Push.Start.FROM_CHECKPOINT).manifest();

    assertTrue(test.store.head(victim).isPresent(), "it was stored anew");
    assertRestores(manifest);
  }

  @Test
  void aChunkOfAnotherLengthIsNotTheOneThatWasStored() throws Exception {
    cutOff(stream.length * 9 / 10);
    ChunkRef named = named();
    ByteBuffer other = ByteBuffer.allocate(named.storedBytes() - 1);
    test.store.put(Chunks.key(named.id()), other, PutCondition.always());

    Manifest manifest = push(stream, Push.Start.FROM_CHECKPOINT).manifest();

    References references = new References(test.asSource(test.store).pages(), manifest.data());
    Optional<ChunkRef> ref = references.next();
    while (ref.isPresent() && !ref.get().id().equals(named.id())) {
      ref = references.next();
    }
    assertEquals(named.storedBytes() - 1, ref.orElseThrow().storedBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"uploads/", "pages/"})
  void aDamagedOneCostsOnlyTime(String prefix) throws Exception {
    cutOff(stream.length * 9 / 10);
    List<ObjectKey> keys = keys(prefix);
    assertEquals(1, keys.size(), keys::toString);
    test.store.put(keys.getFirst(), ByteBuffer.allocate(500), PutCondition.always());

    PushResult resumed = push(stream, Push.Start.FROM_CHECKPOINT);

    assertRestores(resumed.manifest());
    assertTrue(resumed.counts().skippedChunks() > 1000);
  }

  /** Another protocol, for example, writes another stream from the same snapshot. */
  @Test
  void aCheckpointIsForItsSendOptionsAlone() throws Exception {
    cutOff(stream.length / 2);
    Repository source = test.asSource(test.store);
    SnapshotId upload = checkpoint().orElseThrow().id();
    assertTrue(source.uploads().newest(upload, List.of()).isPresent());
    assertTrue(source.uploads().newest(upload, List.of("--proto", "2")).isEmpty());
  }

  private Push pusher() throws Exception {
    return pusher(test.asSource(test.store));
  }

  private Push pusher(Repository source) throws Exception {
    Lease lease = TestLeases.shared(source);
    leases.add(lease);
    return new Push(source, source.snapshots(ObjectCache.none()), lease, 4, new PushProgress());
  }

  /** Does something when so many bytes were read. */
  private static final class Watched extends FilterInputStream implements Producer {
    private final long at;
    private final Runnable then;
    private long position;

    Watched(byte[] bytes, long at, Runnable then) {
      super(new ByteArrayInputStream(bytes));
      this.at = at;
      this.then = then;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = super.read(b, off, len);
      if (position < at && position + n >= at) {
        then.run();
      }
      position += n;
      return n;
    }

    @Override
    public InputStream stream() {
      return this;
    }

    @Override
    public void finish() {
      // It always ends well.
    }

    @Override
    public void close() {
      // There is nothing to close.
    }
  }

  /** What a push would go on from. */
  private Resumption adopted() throws Exception {
    Repository source = test.asSource(test.store);
    PushRequest.Expected expected = TestStreams.requestFor(SEED).expected().orElseThrow();
    SnapshotId upload =
        PushCommitter.uploadId(
            source.snapshots(ObjectCache.none()), expected.uuid(), expected.parent());
    try (ChunkPresence presence = new ChunkPresence(source.chunks())) {
      return Resumption.find(source, presence, upload, List.of(), 4);
    }
  }

  /** A chunk that the checkpoint names. */
  private ChunkRef named() throws Exception {
    return checkpoint().orElseThrow().data().open().getFirst();
  }

  /** What a push leaves that nothing happens to; it is taken away again. */
  private Manifest uninterrupted() throws Exception {
    Manifest manifest = push(stream, Push.Start.FROM_ZERO).manifest();
    for (String prefix : List.of("snapshots/", "pages/", "chunks/")) {
      test.store.delete(keys(prefix));
    }
    return manifest;
  }

  private void cutOff(int bytes) {
    cutOff(bytes, Push.Start.FROM_ZERO);
  }

  private void cutOff(int bytes, Push.Start start) {
    MemoryProducer cut = new MemoryProducer(stream, bytes);
    assertThrows(FirkinException.class, () -> push(cut, start));
  }

  private PushResult push(byte[] bytes, Push.Start start) throws Exception {
    return push(new MemoryProducer(bytes), start);
  }

  private PushResult push(MemoryProducer producer, Push.Start start) throws Exception {
    Repository source = test.asSource(test.store);
    return TestLeases.push(source, 4, TestStreams.requestFor(SEED), producer, start);
  }

  private Optional<Checkpoint> checkpoint() throws Exception {
    return test.asSource(test.store).uploads().unfinished().checkpoints().stream().findFirst();
  }

  private static List<?> ids(Manifest manifest) {
    return List.of(manifest.commands().references(), manifest.data().references());
  }

  private void assertRestores(Manifest manifest) throws Exception {
    assertRestores(stream, manifest);
  }

  private void assertRestores(byte[] expected, Manifest manifest) throws Exception {
    MessageDigest restored = MessageDigest.getInstance("SHA-256");
    new StreamRestore(test.asOwner(test.store), 4, new RestoreProgress())
        .write(manifest, new DigestOutputStream(OutputStream.nullOutputStream(), restored));
    assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(expected), restored.digest());
  }

  private VerifyReport verified() throws Exception {
    Repository owner = test.asOwner(test.store);
    return new Verify(
            owner, owner.snapshots(ObjectCache.none()), List.of(), 4, 0, new RestoreProgress())
        .run();
  }

  private long bytes(String prefix) {
    List<ObjectInfo> found = new ArrayList<>();
    test.store.list(KeyPrefix.of(prefix), found::add);
    return found.stream().mapToLong(ObjectInfo::bytes).sum();
  }

  private long count(String prefix) {
    return keys(prefix).size();
  }

  private List<ObjectKey> keys(String prefix) {
    List<ObjectInfo> found = new ArrayList<>();
    test.store.list(KeyPrefix.of(prefix), found::add);
    return found.stream().map(ObjectInfo::key).toList();
  }
}
