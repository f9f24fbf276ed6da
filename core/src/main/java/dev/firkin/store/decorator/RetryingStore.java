package dev.firkin.store.decorator;

import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls whose failure is {@link StoreException#retryable()}, with exponential backoff and
 * full jitter; the only place where anything is repeated. Other failures pass through at once. When
 * a call gets through after an outage, those that wait for its end go on at once.
 *
 * <p>A conditional put can be refused because of its own earlier attempt, whose answer was lost. So
 * a refusal after a failure is settled by reading back: the same bytes count as stored, whoever
 * stored them; so those who compete for an object should write different bytes. (A lost "if it
 * matches" that someone else has overwritten since is reported as refused, and cannot be told
 * apart.)
 *
 * <p>An object that arrives damaged is read again: it is damaged where the same wrong bytes come
 * twice. A line that changes bytes changes others each time, and has {@value #READS_OF_DAMAGE}
 * reads to let one through.
 *
 * <p>An object whose reading breaks off after a while is read in parts from then on, and so are
 * those after it for some time: what has come of it is not lost where the line drops again.
 *
 * <p>A listing that breaks off is started again, and what was handed over already is left out.
 *
 * <p>Waits end when the thread is interrupted, with a {@link StoreInterruptedException}.
 */
public final class RetryingStore extends ForwardingStore {
  /**
   * What has failed more often while others got through has troubles of its own: it is not helped
   * by hurrying whenever they do.
   */
  private static final int FAILURES_OF_AN_OUTAGE = 3;

  private static final int READS_OF_DAMAGE = 8;

  private final RetryPolicy policy;
  private final WaitingClock clock;
  private final RandomGenerator random;
  private final OutageWatch watch;
  private final ReadSteps steps;

  /** Wraps {@code store}, which it closes when it is closed. */
  public RetryingStore(ObjectStore store, RetryPolicy policy, OutageListener listener) {
    this(store, policy, listener, WaitingClock.system(), RandomGenerator.getDefault());
  }

  /**
   * As the other constructor, for tests.
   *
   * @param random need not be safe for many threads
   */
  public RetryingStore(
      ObjectStore store,
      RetryPolicy policy,
      OutageListener listener,
      WaitingClock clock,
      RandomGenerator random) {
    super(store);
    this.policy = policy;
    this.clock = clock;
    this.random = random;
    this.watch = new OutageWatch(policy.reportAfter(), listener, clock);
    this.steps = new ReadSteps(clock);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    Attempts attempts = new Attempts(key);
    while (true) {
      PutResult result = attempts.run(() -> store.put(key, body, condition));
      if (result instanceof PutResult.Stored || attempts.failures == 0) {
        return result;
      }
      try {
        StoredObject there = read(attempts, key, body.remaining());
        return there.body().equals(body) ? PutResult.stored(there.version()) : result;
      } catch (ObjectTooLargeException e) {
        return result;
      } catch (StoreRefusedException e) {
        if (condition instanceof PutCondition.IfAbsent) {
          return result; // something is there, and who may not read has to be content with that
        }
        throw e;
      } catch (ObjectMissingException e) {
        if (!(condition instanceof PutCondition.IfAbsent)) {
          return result;
        }
        // Whatever was there is gone again: the condition may hold now.
      }
    }
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    return read(new Attempts(key), key, maxBytes);
  }

  /** What arrives damaged may have been damaged on its way: the store has another chance. */
  private StoredObject read(Attempts attempts, ObjectKey key, int maxBytes) throws StoreException {
    Set<String> arrived = new HashSet<>();
    for (int read = 1; ; read++) {
      try {
        return whole(attempts, key, maxBytes);
      } catch (ObjectDamagedException e) {
        if (!arrived.add(e.arrived()) || read == READS_OF_DAMAGE) {
          throw e;
        }
      }
    }
  }

  private StoredObject whole(Attempts attempts, ObjectKey key, int maxBytes) throws StoreException {
    while (!steps.areDue()) {
      Optional<StoredObject> whole =
          attempts.once(() ->
              steps.noting(() -> store.get(key, maxBytes), object -> object.body().remaining()));
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    return new PartwiseRead(location(), key, maxBytes, (from, of) -> part(key, from, of)).read();
  }

  private Optional<ObjectPart> part(ObjectKey key, long from, Optional<Version> of)
      throws StoreException {
    return new Attempts(key)
        .run(() ->
            steps.noting(
                () -> store.getPart(key, from, steps.bytes(), of),
                part -> part.map(p -> p.body().remaining()).orElse(0)));
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    return new Attempts(key).run(() -> store.getPart(key, from, bytes, of));
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    return new Attempts(key).run(() -> store.head(key));
  }

  @Override
  public Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
    return new Attempts(key).run(() -> store.find(key));
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    InOrderOnce once = new InOrderOnce(each);
    new Attempts(null)
        .run(() -> {
          store.list(prefix, once);
          return prefix;
        });
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    new Attempts(null)
        .run(() -> {
          store.delete(keys);
          return keys;
        });
  }

  @Override
  public void deleteOnce(Collection<ObjectKey> keys) throws StoreException {
    store.delete(keys);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return store.locks().map(locks -> new RetryingLocks(locks, this::retried));
  }

  @Override
  public Optional<ArchivedObjects> archive() {
    return store.archive().map(archive -> new RetryingArchive(archive, this::retried));
  }

  private <T> T retried(Call<T> call) throws StoreException {
    return new Attempts(null).run(call);
  }

  /** What is tried. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws StoreException;
  }

  /** The attempts of one call of one thread. */
  private final class Attempts {
    private final @Nullable ObjectKey key;
    private int failures;
    private long firstFailure;
    private int failuresWhileOthersSucceeded;
    private long successesSeen;

    Attempts(@Nullable ObjectKey key) {
      this.key = key;
    }

    <T> T run(Call<T> call) throws StoreException {
      while (true) {
        Optional<T> result = once(call);
        if (result.isPresent()) {
          return result.get();
        }
      }
    }

    /** One attempt, and the wait after it where it fails retryably: then there is no result. */
    <T> Optional<T> once(Call<T> call) throws StoreException {
      try {
        T result = call.run();
        watch.succeeded();
        return Optional.of(result);
      } catch (StoreException e) {
        if (!e.retryable()) {
          throw e;
        }
        waitAfter(e, watch.failed(e));
        return Optional.empty();
      }
    }

    private void waitAfter(StoreException e, OutageWatch.Outage outage) throws StoreException {
      if (failures++ == 0) {
        firstFailure = clock.nanos();
        failuresWhileOthersSucceeded = 1;
      } else if (watch.successes() > successesSeen) {
        failuresWhileOthersSucceeded++;
      }
      successesSeen = watch.successes();
      Duration failing = Duration.ofNanos(clock.nanos() - firstFailure);
      if (failing.compareTo(policy.maxOutage()) >= 0) {
        throw givenUp(e, "given up after " + words(failing));
      }
      // An outage is nobody's fault, however often one has tried in it: only what fails while
      // others get through counts.
      if (failuresWhileOthersSucceeded >= policy.attemptsWhileReachable()) {
        throw givenUp(e, "given up after " + failures + " attempts while others succeeded");
      }
      try {
        if (failuresWhileOthersSucceeded <= FAILURES_OF_AN_OUTAGE) {
          watch.await(outage, jittered(policy.waitInOutage(failures, outage.age())));
        } else {
          clock.sleep(jittered(policy.waitAfter(failures)));
        }
      } catch (InterruptedException interruption) {
        Thread.currentThread().interrupt();
        throw new StoreInterruptedException(
            location(),
            key,
            "interrupted while waiting for " + location() + " to be back",
            null,
            e);
      }
    }

    private StoreException givenUp(StoreException e, String how) {
      return new StoreUnavailableException(
          location(), key, e.getMessage() + "; " + how, e.hint().orElse(null), e);
    }
  }

  private Duration jittered(Duration bound) {
    synchronized (random) {
      return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
    }
  }

  private static String words(Duration duration) {
    if (duration.isZero()) {
      return "one attempt";
    }
    return duration.compareTo(Duration.ofMinutes(2)) < 0
        ? duration.toSeconds() + " s"
        : duration.toMinutes() + " min";
  }
}
