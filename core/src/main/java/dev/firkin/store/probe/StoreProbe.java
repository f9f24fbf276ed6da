package dev.firkin.store.probe;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Tries a store out with a few small objects of its own, below {@code probe/}, and deletes them.
 * What the store says of itself does not count: only what it is seen to do.
 *
 * <p>The store should not hold calls back from each other (as {@code PacedStore} does): those that
 * are to meet never would. Source: {@code docs/format.md}, section 1.
 */
public final class StoreProbe {
  private static final KeyPrefix FOLDER = KeyPrefix.of("probe/");
  private static final int MAX_BYTES = 1 << 10;

  /** S3 says times in whole seconds. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private final ObjectStore store;
  private final InstantSource clock;
  private final int rounds;
  private final int rivals;
  private final String ours;
  private final List<ObjectKey> written = new ArrayList<>();

  private StoreProbe(ObjectStore store, InstantSource clock, int rounds, int rivals) {
    this.store = store;
    this.clock = clock;
    this.rounds = rounds;
    this.rivals = rivals;
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    this.ours = FOLDER.value() + HexFormat.of().formatHex(random) + "-";
  }

  /** Once, with two writers at a time: tells whether conditions are known at all. */
  public static StoreTraits brief(ObjectStore store) throws StoreException, InterruptedException {
    return new StoreProbe(store, InstantSource.system(), 1, 2).run();
  }

  /** With eight writers at a time, three times for each condition. */
  public static StoreTraits thorough(ObjectStore store)
      throws StoreException, InterruptedException {
    return thorough(store, InstantSource.system());
  }

  static StoreTraits thorough(ObjectStore store, InstantSource clock)
      throws StoreException, InterruptedException {
    return new StoreProbe(store, clock, 3, 8).run();
  }

  private StoreTraits run() throws StoreException, InterruptedException {
    try {
      return tryOut();
    } catch (StoreException e) {
      if (!e.retryable()) { // else it would only take as long once more
        deleteAfter(e);
      }
      throw e;
    }
  }

  private void deleteAfter(StoreException failure) {
    try {
      store.delete(written);
    } catch (StoreException another) {
      failure.addSuppressed(another);
    }
  }

  private StoreTraits tryOut() throws StoreException, InterruptedException {
    ObjectKey first = key("first");
    put(first, "the first call pays for the connection");
    boolean shown = list().stream().anyMatch(info -> info.key().equals(first));

    Instant before = clock.instant();
    long began = System.nanoTime();
    put(first, "overwritten");
    Duration write = since(began);
    Instant after = clock.instant();

    began = System.nanoTime();
    boolean newest = store.get(first, MAX_BYTES).body().equals(bytes("overwritten"));
    Duration read = since(began);
    Duration ahead =
        store.head(first).map(info -> ahead(info.modified(), before, after)).orElse(Duration.ZERO);

    Rivalry ifAbsent = compete("absent", Optional.empty());
    Rivalry ifMatches = compete("same", Optional.of("to be replaced"));

    began = System.nanoTime();
    List<ObjectInfo> all = list();
    Duration list = since(began);
    shown &= all.stream().map(ObjectInfo::key).toList().containsAll(written);

    Optional<StoreRefusedException> deletion = delete();
    boolean forgotten =
        deletion.isPresent() || list().stream().map(ObjectInfo::key).noneMatch(written::contains);
    return new StoreTraits(
        write,
        read,
        list,
        shown && forgotten,
        newest,
        ifAbsent,
        ifMatches,
        store.decidesConditions(),
        deletion,
        ahead);
  }

  /** Whoever writes under the same condition at the same time. */
  private Rivalry compete(String name, Optional<String> there)
      throws StoreException, InterruptedException {
    int wrong = 0;
    for (int round = 0; round < rounds; round++) {
      ObjectKey key = key(name + round);
      PutCondition condition =
          there.isPresent()
              ? PutCondition.ifMatches(put(key, there.get()))
              : PutCondition.ifAbsent();
      if (winners(key, condition) != 1) {
        wrong++;
      }
    }
    return new Rivalry(rounds, rivals, wrong);
  }

  private int winners(ObjectKey key, PutCondition condition)
      throws StoreException, InterruptedException {
    CyclicBarrier start = new CyclicBarrier(rivals);
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < rivals; i++) {
      ByteBuffer body = bytes("rival " + i);
      all.add(() -> {
        start.await();
        return store.put(key, body, condition) instanceof PutResult.Stored;
      });
    }
    int winners = 0;
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            rivals, Thread.ofPlatform().daemon().name("firkin-probe-", 0).factory())) {
      for (Future<Boolean> each : executor.invokeAll(all)) {
        winners += each.get() ? 1 : 0;
      }
      return winners;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case StoreException s -> throw s;
        case RuntimeException r -> throw r;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Only what this one wrote: whatever else has its place there may be somebody's. */
  private Optional<StoreRefusedException> delete() throws StoreException {
    try {
      store.delete(written);
      return Optional.empty();
    } catch (StoreRefusedException e) {
      return Optional.of(e);
    }
  }

  private ObjectKey key(String name) {
    ObjectKey key = ObjectKey.of(ours + name);
    written.add(key);
    return key;
  }

  private Version put(ObjectKey key, String text) throws StoreException {
    return switch (store.put(key, bytes(text), PutCondition.always())) {
      case PutResult.Stored stored -> stored.version();
      case PutResult.Refused refused ->
          throw new IllegalStateException("refused without a condition: " + key);
    };
  }

  private List<ObjectInfo> list() throws StoreException {
    List<ObjectInfo> all = new ArrayList<>();
    store.list(FOLDER, all::add);
    return all;
  }

  private static Duration ahead(Instant modified, Instant before, Instant after) {
    if (modified.isBefore(before.minus(TICK))) {
      return Duration.between(before, modified);
    }
    return modified.isAfter(after.plus(TICK)) ? Duration.between(after, modified) : Duration.ZERO;
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }
}
