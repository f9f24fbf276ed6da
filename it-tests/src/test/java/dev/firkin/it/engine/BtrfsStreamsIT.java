package dev.firkin.it.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.engine.Producers.ProducerFailed;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.transfer.Producer;
import dev.firkin.transfer.PushException;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of a real {@code btrfs send}, whole and otherwise. */
@Timeout(300)
class BtrfsStreamsIT {
  @TempDir private static Path disks;
  private static LoopBtrfs source;
  private static Path monday;
  private static Path tuesday;

  @TempDir private Path folder;
  private ObjectStore store;
  private AgeIdentity reader;
  private Host host;

  @BeforeAll
  static void makeSnapshots() throws IOException {
    source = LoopBtrfs.in(disks, 2L << 30, "compress=zstd");
    Path origin = source.subvolume("origin");
    TreeMaker tree = new TreeMaker(origin, 31);
    tree.fill(120, 150_000);
    Files.write(origin.resolve("large"), SampleStreams.bytes(new Random(31), 12 << 20));
    monday = source.snapshot(origin, "monday");
    tree.mutate(60);
    tuesday = source.snapshot(origin, "tuesday");
  }

  @AfterAll
  static void unmount() throws IOException {
    LoopBtrfs.closeAll(source);
  }

  @BeforeEach
  void makeRepository() throws Exception {
    StoreUrl url = StoreUrl.parse(folder.resolve("objects").toString());
    store = ObjectStores.create(url, StoreOptions.defaults());
    reader = AgeIdentity.generate();
    host = Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, reader);
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void aKilledSendIsNoSnapshotAndItsChunksServeTheResume() throws Exception {
    Killed killed = new Killed(Request.full(monday), 6 << 20);

    FirkinException e =
        assertThrows(FirkinException.class, () -> host.push("home", "monday", killed));

    assertInstanceOf(ProducerFailed.class, e, "what the program says is the cause: " + e);
    assertInstanceOf(MalformedStreamException.class, e.getSuppressed()[0]);
    assertEquals(Set.of(), Objects.keys(store, "snapshots/"));
    long stored = Objects.keys(store, "chunks/").size();
    assertTrue(stored > 20, "only " + stored + " chunks were stored");
    PushResult resumed = host.push("home", "monday", Producers.send(Request.full(monday)));
    assertEquals(Objects.keys(store, "chunks/").size() - stored, resumed.counts().added().chunks());
    assertRestoresAs(captured(Producers.send(Request.full(monday))), resumed.manifest());
  }

  @Test
  void cutCorruptAndTrailingBytesAreRefusedAndLeaveNoSnapshot() throws Exception {
    byte[] stream = captured(Producers.send(Request.full(monday)));
    Random random = new Random(32);
    for (int i = 0; i < 6; i++) {
      int cut = i == 0 ? stream.length - 1 : 20 + random.nextInt(stream.length - 20);
      assertTrue(refused(Arrays.copyOf(stream, cut)).truncated(), "cut at " + cut);
      byte[] corrupt = stream.clone();
      corrupt[17 + random.nextInt(stream.length - 17)] ^= (byte) (1 << random.nextInt(8));
      var _ = refused(corrupt);
    }
    byte[] trailing = Arrays.copyOf(stream, stream.length + 100);
    assertEquals(stream.length, refused(trailing).streamOffset());
    byte[] begunAgain = Arrays.copyOf(stream, stream.length + 40);
    System.arraycopy(stream, 0, begunAgain, stream.length, 40);
    assertTrue(refused(begunAgain).truncated());

    assertEquals(Set.of(), Objects.keys(store, "snapshots/"));
    Set<ObjectKey> chunks = Objects.keys(store, "chunks/");
    PushResult whole = host.push("home", "monday", Producers.of(stream));
    assertTrue(whole.counts().skippedChunks() >= chunks.size() / 2, "what was stored was kept");
    assertRestoresAs(stream, whole.manifest());
  }

  @Test
  void aProducerThatFailsAfterAWholeStreamStoresNoSnapshot() throws Exception {
    byte[] stream = captured(Producers.send(Request.full(monday)));

    ProducerFailed e =
        assertThrows(
            ProducerFailed.class,
            () -> host.push("home", "monday", Producers.failing(stream, "exited with 1")));

    assertEquals("exited with 1", e.getMessage());
    assertEquals(Set.of(), Objects.keys(store, "snapshots/"));
  }

  @Test
  void anotherSnapshotThanAskedForIsRefused() throws Exception {
    PushRequest.Expected expected =
        new PushRequest.Expected(Subvolumes.info(tuesday).uuid(), Optional.empty());

    assertThrows(
        PushException.class,
        () ->
            host.push(
                "home", "tuesday", Optional.of(expected), Producers.send(Request.full(monday))));

    assertEquals(Set.of(), Objects.keys(store, "snapshots/"));
  }

  @Test
  void concatenatedStreamsComeBackByteForByte() throws Exception {
    // Two streams, one after the other, as `btrfs send A B` writes them.
    byte[] both = captured(send(monday, tuesday));

    Manifest manifest = host.push("home", "both", send(monday, tuesday)).manifest();

    assertEquals(
        List.of("monday", "tuesday"),
        manifest.stream().subvolumes().stream().map(StreamInfo.Subvolume::name).toList());
    assertRestoresAs(both, manifest);
    assertReceives(manifest);
  }

  @Test
  void oneHeaderForSeveralSubvolumesComesBackByteForByte() throws Exception {
    // One header, two subvolumes, one END.
    byte[] both = captured(send("-e", monday, tuesday));

    Manifest manifest = host.push("home", "both", send("-e", monday, tuesday)).manifest();

    assertEquals(2, manifest.stream().subvolumes().size());
    assertRestoresAs(both, manifest);
    assertReceives(manifest);
  }

  @Test
  void compressedExtentsComeBackByteForByte() throws Exception {
    Request request = Request.full(monday).withCompressedData();
    byte[] stream = captured(Producers.send(request));
    assertTrue(
        stream.length < captured(Producers.send(Request.full(monday).withProtocol(2))).length,
        "nothing was compressed");

    Manifest manifest = host.push("home", "monday", Producers.send(request)).manifest();

    assertRestoresAs(stream, manifest);
  }

  private MalformedStreamException refused(byte[] stream) throws Exception {
    return assertThrows(
        MalformedStreamException.class, () -> host.push("home", "monday", Producers.of(stream)));
  }

  private void assertRestoresAs(byte[] stream, Manifest manifest) throws Exception {
    Host owner = Host.open(folder.resolve("fresh"), store, reader);
    assertArrayEquals(stream, owner.restore(manifest));
  }

  /** The real program makes both snapshots of what is restored. */
  private void assertReceives(Manifest manifest) throws Exception {
    Host owner = Host.open(folder.resolve("fresh"), store, reader);
    LoopBtrfs target = LoopBtrfs.in(folder, 1L << 30, "");
    try {
      Process receive =
          new ProcessBuilder("btrfs", "receive", "-q", target.path().toString())
              .redirectErrorStream(true)
              .start();
      try (OutputStream in = receive.getOutputStream()) {
        owner.restore(manifest, in);
      }
      String said = new String(receive.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, receive.waitFor(), said);
      for (Path sent : List.of(monday, tuesday)) {
        Path received = target.path().resolve(sent.getFileName());
        assertEquals(List.of(), TreeDiff.between(sent, received, 20));
      }
    } finally {
      LoopBtrfs.closeAll(target);
    }
  }

  private static Producer send(Object... arguments) throws IOException {
    Object[] command = new Object[arguments.length + 3];
    command[0] = "btrfs";
    command[1] = "send";
    command[2] = "-q";
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return Producers.program(command);
  }

  private static byte[] captured(Producer producer) throws Exception {
    try (producer) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      producer.stream().transferTo(out);
      producer.finish();
      return out.toByteArray();
    }
  }

  /** A real send that is killed by its pid once so many bytes of it were read. */
  private static final class Killed implements Producer {
    private final BtrfsSend send;
    private final InputStream stream;

    Killed(Request request, long afterBytes) throws FirkinException {
      this.send = BtrfsSend.start(request);
      this.stream =
          new FilterInputStream(send.stream()) {
            private long left = afterBytes;

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
              int n = super.read(b, off, len);
              left -= Math.max(n, 0);
              if (left <= 0) {
                ProcessHandle.of(send.pid()).ifPresent(ProcessHandle::destroyForcibly);
              }
              return n;
            }
          };
    }

    @Override
    public InputStream stream() {
      return stream;
    }

    @Override
    public void finish() throws FirkinException, InterruptedException {
      if (!send.await().succeeded()) {
        throw new ProducerFailed("btrfs send was killed");
      }
    }

    @Override
    public void close() {
      send.close();
    }
  }
}
