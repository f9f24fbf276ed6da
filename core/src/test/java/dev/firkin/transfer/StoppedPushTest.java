package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.decorator.ForwardingStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A push that is told to end does so soon, whatever hangs, and what it has stored counts. */
@Timeout(120)
final class StoppedPushTest {
  private static final long SEED = 78;
  private static final int STORED = 30;

  /** For what is under way, and a checkpoint; and then the threads end. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path folder;
  private TestRepository test;
  private byte[] stream = {};

  @BeforeEach
  void makeRepository() throws Exception {
    test = TestRepository.plain(folder.resolve("repository"));
    stream = TestStreams.full(SEED, 6_000_000);
  }

  /** On which chunks hang, from the {@value #STORED}th on; all else gets through. */
  private static final class Stuck extends ForwardingStore {
    private final AtomicInteger chunks = new AtomicInteger();
    private final CountDownLatch hangs = new CountDownLatch(1);

    Stuck(ObjectStore store) {
      super(store);
    }

    @Override
    public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
        throws StoreException {
      if (key.value().startsWith("chunks/") && chunks.incrementAndGet() > STORED) {
        hangs.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoreInterruptedException(location(), key, "interrupted", null, e);
        }
      }
      return super.put(key, body, condition);
    }
  }

  /** As by a signal, on a line on which a chunk takes longer than anybody waits then. */
  @Test
  void whatIsStoredCountsThoughTheRestHangs() throws Exception {
    stopWhereItHangs();

    Checkpoint checkpoint = checkpoint().orElseThrow();
    int chunks = checkpoint.data().open().size() + checkpoint.commands().open().size();
    assertEquals(STORED, chunks);
    assertTrue(checkpoint.streamBytes() > STORED * 16_384L, checkpoint::toString);

    assertEquals(chunks, adoptedChunks());
    PushResult resumed = push(Push.Start.FROM_CHECKPOINT);
    assertEquals(resumed.manifest().chunks() - STORED, resumed.counts().added().chunks());
    assertRestores(resumed.manifest());
    assertEquals(0, unfinished());
  }

  /** It goes on from a checkpoint, and is stopped before it has come to where that was. */
  @Test
  void aCheckpointThatIsNotProvenYetStays() throws Exception {
    stopWhereItHangs();
    Checkpoint before = checkpoint().orElseThrow();

    // Behind what is stored, which is cut again from there, and before the mark.
    Silent silent = new Silent(stream, (int) before.streamBytes() - 300_000);
    Running push = Running.start(test.asSource(test.store), silent, Push.Start.FROM_CHECKPOINT, 4);
    silent.hangs.await();
    push.push.stop();
    assertInstanceOf(PushStoppedException.class, push.failure());

    assertEquals(before, checkpoint().orElseThrow());
    assertRestores(push(Push.Start.FROM_CHECKPOINT).manifest());
  }

  private void stopWhereItHangs() throws Exception {
    Stuck stuck = new Stuck(test.store);
    Running push =
        // With one worker chunks are put in the order of the stream.
        Running.start(
            test.asSource(stuck), new MemoryProducer(stream), Push.Start.FROM_CHECKPOINT, 1);
    stuck.hangs.await();
    push.thread.interrupt();
    assertInstanceOf(InterruptedException.class, push.failure());
  }

  /** Whoever writes into the pipe may never write again, nor close it. */
  @Test
  void aSilentProducerIsNotWaitedFor() throws Exception {
    for (boolean interrupted : new boolean[] {false, true}) {
      Silent silent = new Silent(stream, 3_000_000);
      Running push = Running.start(test.asSource(test.store), silent, Push.Start.FROM_ZERO, 4);
      silent.hangs.await();
      if (interrupted) {
        push.thread.interrupt();
        assertInstanceOf(InterruptedException.class, push.failure());
      } else {
        push.push.stop();
        assertInstanceOf(PushStoppedException.class, push.failure());
      }
      // It reads whole buffers: the last one is not full.
      long reached = checkpoint().orElseThrow().streamBytes();
      assertTrue(reached > 3_000_000 - (256 << 10) && reached <= 3_000_000, reached + "");
    }
    assertRestores(push(Push.Start.FROM_CHECKPOINT).manifest());
  }

  /** Writes so much, and then nothing, whatever is done to it. */
  private static final class Silent extends InputStream implements Producer {
    private final ByteArrayInputStream bytes;
    private final CountDownLatch hangs = new CountDownLatch(1);

    Silent(byte[] bytes, int length) {
      this.bytes = new ByteArrayInputStream(bytes, 0, length);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("only whole buffers are read");
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = bytes.read(b, off, len);
      if (n < 0) {
        hangs.countDown();
        while (true) {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            // As a read of a pipe, which nothing ends.
          }
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
      // It never comes so far.
    }

    @Override
    public void close() {
      // As standard input: that would hang too.
    }
  }

  /** A push on a thread of its own. */
  private record Running(Push push, Thread thread, FutureTask<PushResult> result) {
    static Running start(Repository source, Producer producer, Push.Start start, int workers)
        throws Exception {
      Lease lease = TestLeases.shared(source);
      Push push =
          new Push(
              source, source.snapshots(ObjectCache.none()), lease, workers, new PushProgress());
      FutureTask<PushResult> result =
          new FutureTask<>(() -> {
            try (lease) {
              return push.run(TestStreams.requestFor(SEED), producer, start);
            }
          });
      return new Running(push, Thread.ofPlatform().daemon().start(result), result);
    }

    /** That it ends with, soon. */
    Throwable failure() {
      ExecutionException ended =
          assertThrows(
              ExecutionException.class, () -> result.get(SOON.toMillis(), TimeUnit.MILLISECONDS));
      return ended.getCause();
    }
  }

  private PushResult push(Push.Start start) throws Exception {
    return TestLeases.push(
        test.asSource(test.store),
        4,
        TestStreams.requestFor(SEED),
        new MemoryProducer(stream),
        start);
  }

  private Optional<Checkpoint> checkpoint() throws Exception {
    return test.asSource(test.store).uploads().unfinished().checkpoints().stream().findFirst();
  }

  private long adoptedChunks() throws Exception {
    Repository source = test.asSource(test.store);
    PushRequest.Expected expected = TestStreams.requestFor(SEED).expected().orElseThrow();
    SnapshotId upload =
        PushCommitter.uploadId(
            source.snapshots(ObjectCache.none()), expected.uuid(), expected.parent());
    try (ChunkPresence presence = new ChunkPresence(source.chunks())) {
      return Resumption.find(source, presence, upload, List.of(), 4).chunks();
    }
  }

  private int unfinished() throws Exception {
    return test.asSource(test.store).uploads().unfinished().checkpoints().size();
  }

  private void assertRestores(Manifest manifest) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamRestore(test.asOwner(test.store), 4, new RestoreProgress()).write(manifest, out);
    assertArrayEquals(stream, out.toByteArray());
  }
}
