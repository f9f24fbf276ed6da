package dev.firkin.it.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.store.decorator.MeteredStore;
import dev.firkin.store.decorator.Traffic;
import dev.firkin.transfer.PushResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Push, interruption, resume and restore: the same on every kind of store. */
@Timeout(300)
abstract class PushRestoreContract {
  @TempDir Path folder;
  private ObjectStore store;

  /** Opens an empty store, or skips the running test; the contract closes it. */
  abstract ObjectStore openEmptyStore() throws Exception;

  /** How many deltas follow the full snapshot, and how large the tree is. */
  abstract int deltas();

  /** How many puts a server may go on with whose caller was interrupted. */
  int mayArriveLate() {
    return 0;
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void realSnapshotsComeBackOnAFreshFilesystem() throws Exception {
    LoopBtrfs.need();
    store = openEmptyStore();
    AgeIdentity reader = AgeIdentity.generate();
    LoopBtrfs source = null;
    LoopBtrfs target = null;
    try {
      source = LoopBtrfs.in(folder, 2L << 30, "compress=zstd");
      target = LoopBtrfs.in(folder, 2L << 30, "");
      Path origin = source.subvolume("origin");
      TreeMaker tree = new TreeMaker(origin, 11);
      tree.fill(40 * deltas() + 60, 150_000);
      Host sender = Host.create(folder.resolve("sender"), store, Host.SMALL_CHUNKS, reader);
      Path parent = source.snapshot(origin, "day0");
      sender.push("home", "day0", Producers.send(Request.full(parent)));
      for (int day = 1; day <= deltas(); day++) {
        tree.mutate(50);
        Path snapshot = source.snapshot(origin, "day" + day);
        // Every third by protocol 2, every other of these with compressed data as it is.
        Request delta = Request.delta(parent, snapshot).withProtocol(day % 3 == 2 ? 2 : 1);
        PushResult pushed =
            sender.push(
                "home",
                "day" + day,
                Producers.send(day % 6 == 2 ? delta.withCompressedData() : delta));
        assertInstanceOf(PushResult.Stored.class, pushed);
        parent = snapshot;
      }

      Host owner = Host.open(folder.resolve("fresh"), store, reader);
      Manifest last = owner.snapshots().load().volume("home").getLast();
      owner.receive(last, target.path());

      for (int day = 0; day <= deltas(); day++) {
        Path sent = source.path().resolve("day" + day);
        Path received = target.path().resolve("day" + day);
        assertEquals(List.of(), TreeDiff.between(sent, received, 20));
        assertEquals(
            Optional.of(Subvolumes.info(sent).uuid()), Subvolumes.info(received).receivedUuid());
      }
      assertTrue(owner.verify(1).sound());
    } finally {
      LoopBtrfs.closeAll(source, target);
    }
  }

  @Test
  void aFreshHostResumesAndSendsOnlyWhatIsMissing() throws Exception {
    store = openEmptyStore();
    AgeIdentity reader = AgeIdentity.generate();
    byte[] stream = SampleStreams.full(21, 8 << 20);
    Host.create(folder.resolve("first"), store, Host.SMALL_CHUNKS, reader);
    FaultyStore faulty = new FaultyStore(store);
    Host first = Host.open(folder.resolve("first"), faulty);
    // Some twenty of these calls ask whether chunks are there, so about half of the chunks get
    // there.
    for (int n = 80; n < 5000; n++) {
      faulty.failCall(
          n,
          n % 2 == 0 ? FaultyStore.When.AFTER_THE_EFFECT : FaultyStore.When.BEFORE_THE_EFFECT,
          FaultyStore.Failure.unavailable());
    }
    assertThrows(
        StoreUnavailableException.class, () -> first.push("home", "s", Producers.of(stream)));
    Set<ObjectKey> before = Objects.keys(store, "");
    long chunksBefore = before.stream().filter(k -> k.value().startsWith("chunks/")).count();
    assertTrue(chunksBefore > 10, "nothing was stored before the failure");
    assertEquals(Set.of(), Objects.keys(store, "snapshots/"));

    MeteredStore metered = new MeteredStore(store);
    Host fresh = Host.open(folder.resolve("fresh"), countingWhatStays(metered), reader);
    PushResult resumed = fresh.push("home", "s", Producers.of(stream));

    Traffic traffic = metered.traffic();
    List<ObjectInfo> added =
        Objects.list(store, "").stream().filter(o -> !before.contains(o.key())).toList();
    long chunksAdded = added.stream().filter(o -> o.key().value().startsWith("chunks/")).count();
    assertTrue(chunksAdded > 10, "nothing was missing after the failure");
    // Stored by us; the rest was under way when the first push was broken off, and came after it.
    long puts = traffic.puts() - traffic.refusals();
    long late = added.size() - puts;
    assertTrue(late >= 0, "an object was sent that was there");
    assertTrue(late <= mayArriveLate(), late + " objects came from elsewhere");
    assertTrue(traffic.refusals() <= late, traffic.refusals() + " refused");
    long addedBytes = added.stream().mapToLong(ObjectInfo::bytes).sum();
    assertTrue(
        late == 0 ? addedBytes == traffic.storedBytes() : addedBytes > traffic.storedBytes(),
        addedBytes + " and " + traffic.storedBytes());
    long chunksLate = chunksAdded - resumed.counts().added().chunks();
    assertTrue(chunksLate >= 0 && chunksLate <= late, chunksLate + " of " + late);
    assertEquals(chunksBefore + chunksLate, resumed.counts().skippedChunks());
    System.out.printf(
        "%s: a push of %d chunks failed at %d; its resume sent %d objects, %d bytes%n",
        getClass().getSimpleName(),
        chunksBefore + chunksAdded,
        chunksBefore,
        traffic.puts(),
        traffic.sentBytes());
    assertArrayEquals(stream, fresh.restore(resumed.manifest()));
    assertTrue(fresh.verify(1).sound());
    Set<ObjectKey> after = new HashSet<>(Objects.keys(store, ""));

    PushResult again = fresh.push("home", "s", Producers.of(stream));

    assertInstanceOf(PushResult.AlreadyStored.class, again);
    assertEquals(after, Objects.keys(store, ""));
  }

  /** Leases, and what conditions are tried out with, are nothing of what a push sends. */
  private ObjectStore countingWhatStays(MeteredStore metered) {
    return new ForwardingStore(metered) {
      @Override
      public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
          throws StoreException {
        boolean passing = key.value().startsWith("leases/") || key.value().startsWith("probe/");
        ObjectStore to = passing ? PushRestoreContract.this.store : metered;
        return to.put(key, body, condition);
      }
    };
  }
}
