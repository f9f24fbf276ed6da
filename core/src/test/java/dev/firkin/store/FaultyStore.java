package dev.firkin.store;

import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A store that fails on demand: at chosen calls, or at random ones, before or after the call took
 * effect. Calls of all kinds are numbered together, from 1. Safe for many threads.
 */
public final class FaultyStore implements ObjectStore {
  private static final AtomicLong INJECTED = new AtomicLong();

  /** Whether the failed call reaches the store. A listing "after" breaks off after its first. */
  public enum When {
    BEFORE_THE_EFFECT,
    AFTER_THE_EFFECT
  }

  /** Makes the failure of the call on a key, if it is on one. */
  @FunctionalInterface
  public interface Failure {
    StoreException of(String location, Optional<ObjectKey> key);

    /** What a lost connection looks like. */
    static Failure unavailable() {
      return (location, key) ->
          new StoreUnavailableException(
              location, key.orElse(null), location + " does not answer", null, null);
    }

    /** What an overloaded store says. */
    static Failure busy() {
      return (location, key) ->
          StoreUnavailableException.answered(
              location, key.orElse(null), location + " asks to slow down", null);
    }

    /** What refused credentials look like. */
    static Failure refused() {
      return (location, key) ->
          new StoreRefusedException(
              location, key.orElse(null), location + " refuses us", "check the credentials", null);
    }
  }

  /** How calls fail; what is of no key is refused where only one object could fail so. */
  public enum Kind {
    UNAVAILABLE,
    BUSY,
    REFUSED,
    /** What is read is not what was written. */
    DAMAGED,
    /** The disk gives nothing. */
    UNREADABLE,
    /** Somebody else deleted it meanwhile, or a store forgets. */
    MISSING;

    public Failure failure() {
      return switch (this) {
        case UNAVAILABLE -> Failure.unavailable();
        case BUSY -> Failure.busy();
        case REFUSED -> Failure.refused();
        case DAMAGED ->
            ofObject((location, key) -> new ObjectDamagedException(location, key, "other bytes"));
        case UNREADABLE ->
            ofObject((location, key) ->
                ObjectDamagedException.unreadable(location, key, "EIO", new IOException("EIO")));
        case MISSING -> ofObject(ObjectMissingException::new);
      };
    }

    private static Failure ofObject(BiFunction<String, ObjectKey, StoreException> made) {
      return (location, key) ->
          key.isPresent() ? made.apply(location, key.get()) : Failure.refused().of(location, key);
    }
  }

  private record Fault(When when, Failure failure) {}

  private final ObjectStore store;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, String> lists = new ConcurrentHashMap<>();
  private final Map<Integer, Fault> planned = new ConcurrentHashMap<>();
  private volatile double probability;
  private volatile boolean down;
  private final Random random;

  /** Wraps a store; fails nothing yet. */
  public FaultyStore(ObjectStore store) {
    this(store, 1);
  }

  /** Wraps a store; fails nothing yet. */
  public FaultyStore(ObjectStore store, long seed) {
    this.store = store;
    this.random = new Random(seed);
  }

  /** Behind the decorator that asks again, which does not wait in between. */
  public RetryingStore askedAgain() {
    Duration soon = Duration.ofNanos(1);
    return new RetryingStore(
        this,
        new RetryPolicy(soon, soon, Duration.ofMinutes(5), Duration.ofMinutes(5), 1000),
        OutageListener.silent());
  }

  /** How many calls there were, failed ones included. */
  public int calls() {
    return calls.get();
  }

  /** Which of the calls so far were lists of a folder within this one. */
  public Set<Integer> lists(KeyPrefix folder) {
    Set<Integer> numbers = new TreeSet<>();
    lists.forEach((number, prefix) -> {
      if (prefix.startsWith(folder.value())) {
        numbers.add(number);
      }
    });
    return numbers;
  }

  /** Fails the {@code n}th call from now on, 1 being the next one. */
  public FaultyStore failCall(int n, When when, Failure failure) {
    planned.put(calls.get() + n, new Fault(when, failure));
    return this;
  }

  /** Fails calls as unavailable with this probability, half of them after their effect. */
  public FaultyStore failRandomly(double probability) {
    this.probability = probability;
    return this;
  }

  /** While down, every call fails as unavailable, before its effect. */
  public FaultyStore down(boolean down) {
    this.down = down;
    return this;
  }

  private Optional<Fault> next() {
    return next(calls.incrementAndGet());
  }

  private Optional<Fault> next(int number) {
    Fault fault = planned.remove(number);
    if (down) {
      return Optional.of(new Fault(When.BEFORE_THE_EFFECT, Failure.unavailable()));
    }
    synchronized (random) {
      if (fault == null && random.nextDouble() < probability) {
        When when = random.nextBoolean() ? When.BEFORE_THE_EFFECT : When.AFTER_THE_EFFECT;
        fault = new Fault(when, Failure.unavailable());
      }
    }
    if (fault != null) {
      INJECTED.incrementAndGet();
    }
    return Optional.ofNullable(fault);
  }

  /** For {@code bench/reliability}: how many faults there were since it was last printed. */
  public static void printInjected() {
    System.out.println("FIGURE faults injected into calls\t" + INJECTED.getAndSet(0));
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws StoreException;
  }

  private <T> T faulty(Optional<ObjectKey> key, Call<T> call) throws StoreException {
    Optional<Fault> fault = next();
    if (fault.isEmpty()) {
      return call.run();
    }
    if (fault.get().when() == When.AFTER_THE_EFFECT) {
      call.run();
    }
    throw fault.get().failure().of(location(), key);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    return faulty(Optional.of(key), () -> store.put(key, body, condition));
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    return faulty(Optional.of(key), () -> store.get(key, maxBytes));
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    return faulty(Optional.of(key), () -> store.getPart(key, from, bytes, of));
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    return faulty(Optional.of(key), () -> store.head(key));
  }

  private static final class BreakOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    int number = calls.incrementAndGet();
    lists.put(number, prefix.value());
    Optional<Fault> fault = next(number);
    if (fault.isEmpty()) {
      store.list(prefix, each);
      return;
    }
    if (fault.get().when() == When.AFTER_THE_EFFECT) {
      try {
        store.list(
            prefix,
            info -> {
              each.accept(info);
              throw new BreakOff();
            });
      } catch (BreakOff e) {
        throw fault.get().failure().of(location(), Optional.empty());
      }
    }
    throw fault.get().failure().of(location(), Optional.empty());
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    faulty(
        Optional.empty(),
        () -> {
          store.delete(keys);
          return keys;
        });
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public String place() {
    return store.place();
  }

  @Override
  public void close() {
    store.close();
  }
}
