package dev.firkin.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store promises, decorated or not. A subclass that leaves a test out says why, in its
 * place.
 */
public abstract class ObjectStoreContract {
  protected static final PutCondition ALWAYS = PutCondition.always();
  protected static final PutCondition IF_ABSENT = PutCondition.ifAbsent();
  private static final int MAX_BYTES = 32 << 20;

  private ObjectStore store;

  /** A store with nothing in it, for one test. The suite closes it. */
  protected abstract ObjectStore openEmptyStore() throws Exception;

  /** How many objects the test of long listings makes: more than one page of the backend. */
  protected int objectsOfLongListing() {
    return 1_203;
  }

  /** Whether a conditional put that took effect is always reported so, whoever came after it. */
  protected boolean settlesEveryLostUpdate() {
    return true;
  }

  /** Whether those who read while an object is overwritten see the old one or the new one. */
  protected boolean replacesAtomically() {
    return true;
  }

  /** Whether of many conditional puts at once the store lets exactly one through. */
  protected boolean decidesRacesAtomically() {
    return true;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = openEmptyStore();
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
      store.close();
    }
  }

  /** The store of this test. */
  protected final ObjectStore store() {
    return store;
  }

  protected static ObjectKey key(String value) {
    return ObjectKey.of(value);
  }

  protected static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  protected static ByteBuffer randomBytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  /** Puts, and expects to be allowed to. */
  protected final Version stored(String key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    PutResult result = store.put(key(key), body, condition);
    return assertInstanceOf(PutResult.Stored.class, result, key).version();
  }

  protected final String text(String key) throws StoreException {
    return StandardCharsets.UTF_8.decode(store.get(key(key), MAX_BYTES).body()).toString();
  }

  protected final List<String> listed(KeyPrefix prefix) throws StoreException {
    List<String> keys = new ArrayList<>();
    store.list(prefix, info -> keys.add(info.key().value()));
    return keys;
  }

  /** Runs the same task on so many threads at once and returns what each returned. */
  protected static <T> List<T> together(int threads, Callable<T> task) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            executor.submit(() -> {
              start.await();
              return task.call();
            }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void returnsWhatWasPut() throws Exception {
    Version version = stored("chunks/aa/one", bytes("hello"), ALWAYS);

    StoredObject object = store.get(key("chunks/aa/one"), 5);

    assertEquals(bytes("hello"), object.body());
    assertEquals(version, object.version());
    assertTrue(object.body().isReadOnly());
  }

  @Test
  void headTellsLengthTimeAndVersion() throws Exception {
    Instant before = Instant.now();
    Version version = stored("firkin.json", bytes("hello"), ALWAYS);

    ObjectInfo info = store.head(key("firkin.json")).orElseThrow();

    assertEquals(key("firkin.json"), info.key());
    assertEquals(5, info.bytes());
    assertEquals(version, info.version());
    Duration off = Duration.between(before, info.modified()).abs();
    assertTrue(off.compareTo(Duration.ofMinutes(5)) < 0, "modified " + info.modified());
  }

  @Test
  void keepsEmptyObjects() throws Exception {
    stored("keys/empty", ByteBuffer.allocate(0), IF_ABSENT);

    assertEquals(0, store.get(key("keys/empty"), 0).body().remaining());
    assertEquals(0, store.head(key("keys/empty")).orElseThrow().bytes());
  }

  @Test
  void keepsBigObjects() throws Exception {
    ByteBuffer body = randomBytes(16 << 20, 1);
    stored("chunks/aa/big", body, IF_ABSENT);

    assertEquals(body, store.get(key("chunks/aa/big"), 16 << 20).body());
    assertEquals(16 << 20, store.head(key("chunks/aa/big")).orElseThrow().bytes());
  }

  @Test
  void takesTheBytesFromPositionToLimitAndLeavesTheBufferAlone() throws Exception {
    for (boolean direct : new boolean[] {false, true}) {
      ByteBuffer body = direct ? ByteBuffer.allocateDirect(20) : ByteBuffer.allocate(20);
      body.put(bytes("0123456789abcdefghij")).position(3).limit(9);
      stored("pages/p", direct ? body.asReadOnlyBuffer() : body, ALWAYS);

      assertEquals("345678", text("pages/p"));
      assertEquals(3, body.position());
      assertEquals(9, body.limit());
      assertEquals(bytes("0123456789abcdefghij"), body.duplicate().clear());
    }
  }

  @Test
  void doesNotHoldOnToTheBufferOfThePut() throws Exception {
    ByteBuffer body = ByteBuffer.allocate(4).put(0, bytes("once"), 0, 4);
    stored("pages/p", body, ALWAYS);
    body.put(0, bytes("else"), 0, 4);

    assertEquals("once", text("pages/p"));
  }

  @Test
  void eachReaderHasAPositionOfItsOwn() throws Exception {
    stored("pages/p", bytes("hello"), ALWAYS);
    StoredObject object = store.get(key("pages/p"), 5);
    object.body().get();

    assertEquals(5, object.body().remaining());
    assertEquals(5, store.get(key("pages/p"), 5).body().remaining());
  }

  @Test
  void refusesToReadMoreThanAskedFor() throws Exception {
    stored("chunks/aa/c", randomBytes(100_000, 2), ALWAYS);

    StoreException e =
        assertThrows(ObjectTooLargeException.class, () -> store.get(key("chunks/aa/c"), 99_999));
    assertFalse(e.retryable());
    assertEquals(Optional.of(key("chunks/aa/c")), e.key());
    assertEquals(100_000, store.get(key("chunks/aa/c"), 100_000).body().remaining());
  }

  @Test
  void saysThatAnObjectIsMissing() throws Exception {
    ObjectMissingException e =
        assertThrows(ObjectMissingException.class, () -> store.get(key("chunks/aa/none"), 10));
    assertEquals(Optional.of(key("chunks/aa/none")), e.key());
    assertEquals(store.location(), e.location());
    assertFalse(e.retryable());
    assertEquals(Optional.empty(), store.head(key("chunks/aa/none")));
  }

  @Test
  void readsParts() throws Exception {
    ByteBuffer body = randomBytes(100_000, 3);
    Version version = stored("chunks/aa/c", body, ALWAYS);
    ByteBuffer read = ByteBuffer.allocate(100_000);
    for (int from = 0; from < 100_000; from += 30_000) {
      Optional<Version> of = from == 0 ? Optional.empty() : Optional.of(version);
      ObjectPart part = store.getPart(key("chunks/aa/c"), from, 30_000, of).orElseThrow();
      assertEquals(100_000, part.objectBytes());
      assertEquals(version, part.version());
      assertEquals(Math.min(30_000, 100_000 - from), part.body().remaining());
      assertTrue(part.body().isReadOnly());
      read.put(part.body());
    }
    assertEquals(body, read.flip());
  }

  /** No two versions are ever mixed. */
  @Test
  void aPartIsOfTheVersionThatItHasToBeOf() throws Exception {
    Version first = stored("leases/l", bytes("first"), ALWAYS);
    Version second = stored("leases/l", bytes("other"), ALWAYS);

    assertEquals(Optional.empty(), store.getPart(key("leases/l"), 2, 2, Optional.of(first)));
    ObjectPart part = store.getPart(key("leases/l"), 2, 2, Optional.of(second)).orElseThrow();
    assertEquals(bytes("he"), part.body());
    store.delete(List.of(key("leases/l")));
    assertThrows(
        ObjectMissingException.class,
        () -> store.getPart(key("leases/l"), 2, 2, Optional.of(second)));
  }

  @Test
  void aPartOfNothingIsEmpty() throws Exception {
    Version version = stored("keys/empty", ByteBuffer.allocate(0), IF_ABSENT);

    ObjectPart part = store.getPart(key("keys/empty"), 0, 10, Optional.empty()).orElseThrow();
    assertEquals(0, part.objectBytes());
    assertEquals(0, part.body().remaining());
    assertEquals(version, part.version());
  }

  @Test
  void aFolderIsNoObject() throws Exception {
    stored("chunks/aa/one", bytes("1"), ALWAYS);

    assertEquals(Optional.empty(), store.head(key("chunks/aa")));
    assertThrows(ObjectMissingException.class, () -> store.get(key("chunks"), 10));
    store.delete(List.of(key("chunks/aa"), key("chunks")));
    assertEquals("1", text("chunks/aa/one"));
  }

  @Test
  void overwritesAndChangesTheVersion() throws Exception {
    TreeSet<String> versions = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      versions.add(stored("leases/l", bytes("same length " + (char) ('a' + i)), ALWAYS).token());
    }

    assertEquals(20, versions.size());
    assertEquals("same length t", text("leases/l"));
  }

  @Test
  void ifAbsentStoresOnce() throws Exception {
    Version version = stored("snapshots/s", bytes("first"), IF_ABSENT);

    assertEquals(PutResult.refused(), store.put(key("snapshots/s"), bytes("second"), IF_ABSENT));
    assertEquals("first", text("snapshots/s"));
    assertEquals(version, store.head(key("snapshots/s")).orElseThrow().version());
  }

  @Test
  void ifAbsentStoresAgainAfterADelete() throws Exception {
    stored("leases/l", bytes("first"), IF_ABSENT);
    store.delete(List.of(key("leases/l")));
    stored("leases/l", bytes("second"), IF_ABSENT);

    assertEquals("second", text("leases/l"));
  }

  @Test
  void ifMatchesReplacesWhatIsStillThere() throws Exception {
    Version first = stored("leases/l", bytes("first"), IF_ABSENT);
    Version second = stored("leases/l", bytes("second"), PutCondition.ifMatches(first));

    assertNotEquals(first, second);
    assertEquals(second, store.get(key("leases/l"), 100).version());
    stored("leases/l", bytes("third"), PutCondition.ifMatches(second));
    assertEquals("third", text("leases/l"));
  }

  @Test
  void ifMatchesRefusesALostUpdate() throws Exception {
    Version first = stored("leases/l", bytes("first"), IF_ABSENT);
    stored("leases/l", bytes("other"), ALWAYS);

    assertEquals(
        PutResult.refused(),
        store.put(key("leases/l"), bytes("mine"), PutCondition.ifMatches(first)));
    assertEquals("other", text("leases/l"));
  }

  @Test
  void ifMatchesRefusesWhatIsGone() throws Exception {
    Version first = stored("leases/l", bytes("first"), IF_ABSENT);
    store.delete(List.of(key("leases/l")));

    assertEquals(
        PutResult.refused(),
        store.put(key("leases/l"), bytes("mine"), PutCondition.ifMatches(first)));
    assertEquals(Optional.empty(), store.head(key("leases/l")));
  }

  @Test
  void ofManyThatPutIfAbsentExactlyOneStores() throws Exception {
    assumeTrue(decidesRacesAtomically(), "conditions of this server race");
    for (int round = 0; round < 20; round++) {
      ObjectKey key = key("snapshots/race" + round);
      List<Optional<String>> winners =
          together(
              16,
              () -> {
                String mine = "by " + Thread.currentThread().threadId();
                return store.put(key, bytes(mine), IF_ABSENT) instanceof PutResult.Stored
                    ? Optional.of(mine)
                    : Optional.empty();
              });

      List<String> stored = winners.stream().flatMap(Optional::stream).toList();
      assertEquals(1, stored.size(), "winners of round " + round);
      assertEquals(stored.getFirst(), text(key.value()));
    }
  }

  @Test
  void ofManyThatIncrementIfMatchesNoneIsLost() throws Exception {
    assumeTrue(decidesRacesAtomically(), "conditions of this server race");
    assumeTrue(settlesEveryLostUpdate(), "lost answers to conditional puts cannot all be settled");
    int threads = 8;
    int increments = 10;
    ObjectKey key = key("leases/counter");
    store.put(key, bytes("0"), IF_ABSENT);

    together(
        threads,
        () -> {
          int done = 0;
          while (done < increments) {
            StoredObject now = store.get(key, 100);
            int count = Integer.parseInt(StandardCharsets.UTF_8.decode(now.body()).toString());
            PutCondition condition = PutCondition.ifMatches(now.version());
            if (store.put(key, bytes("" + (count + 1)), condition) instanceof PutResult.Stored) {
              done++;
            }
          }
          return done;
        });

    assertEquals("" + threads * increments, text(key.value()));
  }

  @Test
  void readersSeeWholeObjectsOnly() throws Exception {
    assumeTrue(replacesAtomically(), "this server replaces objects bit by bit");
    ObjectKey key = key("leases/flapping");
    store.put(key, filled(0), ALWAYS);
    AtomicBoolean written = new AtomicBoolean();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> writer =
          executor.submit(() -> {
            try {
              for (int i = 1; i <= 50; i++) {
                store.put(key, filled(i), ALWAYS);
              }
            } finally {
              written.set(true);
            }
            return null;
          });
      int reads = 0;
      while (!written.get() || reads == 0) {
        ByteBuffer body = store.get(key, 1 << 20).body();
        assertEquals(300_000 + body.get(0), body.remaining());
        assertEquals(filled(body.get(0)), body);
        reads++;
      }
      writer.get();
    }
  }

  private static ByteBuffer filled(int value) {
    byte[] bytes = new byte[300_000 + value];
    java.util.Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void manyThreadsPutAndGetAtOnce() throws Exception {
    List<Integer> done =
        together(
            8,
            () -> {
              long thread = Thread.currentThread().threadId();
              for (int i = 0; i < 10; i++) {
                ObjectKey key = key("chunks/aa/t" + thread + "-" + i);
                ByteBuffer body = randomBytes(50_000 + i, thread * 100 + i);
                assertInstanceOf(PutResult.Stored.class, store.put(key, body, IF_ABSENT));
                assertEquals(body, store.get(key, 100_000).body());
              }
              return 10;
            });

    assertEquals(80, done.stream().mapToInt(Integer::intValue).sum());
    assertEquals(80, listed(KeyPrefix.of("chunks/aa/")).size());
  }

  @Test
  void listsNothingInAnEmptyStore() throws Exception {
    assertEquals(List.of(), listed(KeyPrefix.all()));
    assertEquals(List.of(), listed(KeyPrefix.of("chunks/aa/")));
  }

  @Test
  void listsInTheOrderOfTheKeys() throws Exception {
    List<String> keys =
        List.of("Z", "a-b/x", "a.b", "a/b/c", "a/b.c", "a/bc", "a0", "ab/c", "b", "a/b-c/d");
    for (String key : keys) {
      stored(key, bytes(key), ALWAYS);
    }

    assertEquals(List.copyOf(new TreeSet<>(keys)), listed(KeyPrefix.all()));
  }

  @Test
  void listsThePrefixAndNothingElse() throws Exception {
    for (String key :
        List.of("chunks/a/1", "chunks/ab/2", "chunks/a/b/3", "chunks/a-", "pages/4")) {
      stored(key, bytes("x"), ALWAYS);
    }

    assertEquals(List.of("chunks/a/1", "chunks/a/b/3"), listed(KeyPrefix.of("chunks/a/")));
    assertEquals(List.of("pages/4"), listed(KeyPrefix.of("pages/")));
    assertEquals(List.of(), listed(KeyPrefix.of("page/")));
  }

  @Test
  void listingTellsWhatHeadTells() throws Exception {
    stored("pages/p", bytes("hello"), ALWAYS);
    List<ObjectInfo> infos = new ArrayList<>();
    store.list(KeyPrefix.all(), infos::add);

    ObjectInfo head = store.head(key("pages/p")).orElseThrow();
    assertEquals(1, infos.size());
    assertEquals(head.key(), infos.getFirst().key());
    assertEquals(head.bytes(), infos.getFirst().bytes());
    assertEquals(head.version(), infos.getFirst().version());
  }

  @Test
  void listsMoreThanFitsOnOnePage() throws Exception {
    TreeSet<String> keys = new TreeSet<>();
    for (int i = 0; i < objectsOfLongListing(); i++) {
      keys.add("chunks/%02x/%d".formatted(i % 7, i));
    }
    List<String> waiting = new ArrayList<>(keys);
    together(
        4,
        () -> {
          while (true) {
            String next;
            synchronized (waiting) {
              if (waiting.isEmpty()) {
                return 0;
              }
              next = waiting.removeLast();
            }
            store.put(key(next), bytes("x"), IF_ABSENT);
          }
        });

    assertEquals(List.copyOf(keys), listed(KeyPrefix.all()));

    store.delete(keys.stream().map(ObjectKey::of).toList());
    assertEquals(List.of(), listed(KeyPrefix.all()));
  }

  @Test
  void whatTheListenerThrowsEndsTheListing() throws Exception {
    stored("pages/1", bytes("x"), ALWAYS);
    stored("pages/2", bytes("x"), ALWAYS);
    List<ObjectInfo> seen = new ArrayList<>();

    assertThrows(
        UnsupportedOperationException.class,
        () ->
            store.list(
                KeyPrefix.all(),
                info -> {
                  seen.add(info);
                  throw new UnsupportedOperationException("enough");
                }));
    assertEquals(1, seen.size());
  }

  @Test
  void theListenerMayUseTheStore() throws Exception {
    stored("pages/1", bytes("x"), ALWAYS);
    stored("pages/2", bytes("y"), ALWAYS);
    List<String> texts = new ArrayList<>();

    store.list(
        KeyPrefix.all(),
        info -> {
          try {
            texts.add(text(info.key().value()));
            store.delete(List.of(info.key()));
          } catch (StoreException e) {
            throw new AssertionError(e);
          }
        });

    assertEquals(List.of("x", "y"), texts);
    assertEquals(List.of(), listed(KeyPrefix.all()));
  }

  @Test
  void deletesWhatIsThereAndDoesNotMindWhatIsNot() throws Exception {
    stored("pages/1", bytes("x"), ALWAYS);
    stored("pages/2", bytes("y"), ALWAYS);

    store.delete(List.of(key("pages/1"), key("pages/none")));
    store.delete(List.of(key("pages/1")));
    store.delete(List.of());

    assertEquals(List.of("pages/2"), listed(KeyPrefix.all()));
    assertEquals(Optional.empty(), store.head(key("pages/1")));
  }

  @Test
  void namesItsLocation() {
    assertTrue(store.location().matches("[a-z0-9]+://.+"), store.location());
  }
}
