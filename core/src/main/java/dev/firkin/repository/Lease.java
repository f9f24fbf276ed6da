package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.repository.Leases.Found;
import dev.firkin.repository.model.LeaseInfo;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A claim on the repository, renewed in the background until it is closed. It can be lost: where
 * the process slept or the store was away for longer than a lease lives, another may have taken
 * over. So whoever holds one asks {@link #stillHeld} before it commits or deletes anything.
 * Thread-safe.
 */
public final class Lease implements AutoCloseable {
  /** A link that is dead must not hold up the end: the lease then expires by itself. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** How often the same misfortune is believed to be one. */
  private static final int ATTEMPTS = 5;

  private final Leases leases;
  private final ScheduledExecutorService executor;

  /** Of what follows, but for the key. Held during calls to the store. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile ObjectKey key;
  private LeaseInfo info;

  /** What we last wrote; null while we hold none. */
  private @Nullable Version version;

  Lease(Leases leases, LeaseInfo info, Duration renewal) {
    this.leases = leases;
    this.info = info;
    this.key = leases.newKey();
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("firkin-lease").factory());
    long nanos = renewal.toNanos();
    var _ = executor.scheduleWithFixedDelay(this::renew, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** As {@link Leases#take}; also after the lease was lost. */
  public void take(Duration wait, Consumer<Found> waiting)
      throws FirkinException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    String told = "";
    Vigil vigil = new Vigil();
    while (true) {
      Optional<Found> inTheWay = tryOnce(vigil);
      if (inTheWay.isEmpty()) {
        return;
      }
      String who = inTheWay.get().describe();
      if (System.nanoTime() - deadline >= 0) {
        throw new LeaseHeldException(
            "the repository is in use by " + who + "; nothing was done",
            "wait until that has ended; if it died, its lease expires by itself, and --wait 20m is"
                + " long enough for that");
      }
      if (!told.equals(who)) {
        waiting.accept(inTheWay.get());
        told = who;
      }
      // Two that are in each other's way must not meet again for ever.
      long poll = leases.poll().toNanos();
      TimeUnit.NANOSECONDS.sleep(poll / 2 + ThreadLocalRandom.current().nextLong(poll / 2 + 1));
    }
  }

  private Optional<Found> tryOnce(Vigil vigil) throws FirkinException, InterruptedException {
    lock.lockInterruptibly();
    try {
      return tryLocked(vigil);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Found> tryLocked(Vigil vigil) throws FirkinException {
    for (int attempt = 1; ; attempt++) {
      try {
        return putAndLook(vigil);
      } catch (LeaseLostException e) {
        // We were away for so long between the put and the look that another took it for dead.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Optional<Found> putAndLook(Vigil vigil) throws FirkinException {
    key = leases.newKey();
    info = info.renewedAt(Leases.now());
    Optional<Version> written = leases.put(key, info, PutCondition.ifAbsent());
    if (written.isEmpty()) {
      throw new IllegalStateException("a random key is taken: " + key);
    }
    Optional<Found> inTheWay = leases.inTheWayOf(key, info.mode(), vigil);
    if (inTheWay.isPresent()) {
      withdraw();
    } else {
      version = written.get();
    }
    return inTheWay;
  }

  /** Who may not delete leaves it to expire. */
  private void withdraw() throws FirkinException {
    try {
      leases.delete(key);
    } catch (StoreRefusedException e) {
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.DEBUG, "lease " + key + " stays until it expires", e);
    }
  }

  /**
   * Whether nobody has taken over since it was taken, by the store's word of now. Only then was
   * nothing moved or deleted meanwhile.
   */
  public boolean stillHeld() throws FirkinException, InterruptedException {
    lock.lockInterruptibly(); // a renewal may hang on a dead link
    try {
      return isHeld();
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #stillHeld}, and renews it: what is done because of the answer has all the time until
   * a lease expires.
   */
  public boolean renewed() throws FirkinException, InterruptedException {
    renewNow();
    lock.lockInterruptibly();
    try {
      return version != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The time by the store's clock, within what a request takes. Renews the lease.
   *
   * @throws LeaseLostException if it is not held any more
   */
  public Instant storeTime() throws FirkinException, InterruptedException {
    renewNow();
    lock.lockInterruptibly();
    try {
      Optional<ObjectInfo> own = leases.head(key);
      if (version == null || own.isEmpty()) {
        throw new LeaseLostException();
      }
      return own.get().modified();
    } finally {
      lock.unlock();
    }
  }

  private boolean isHeld() throws FirkinException {
    if (version == null) {
      return false;
    }
    Optional<Version> there = leases.head(key).map(ObjectInfo::version);
    if (!there.equals(Optional.of(version))) {
      version = null;
      return false;
    }
    return true;
  }

  private void renew() {
    try {
      renewNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is given back
    } catch (FirkinException e) {
      // The next renewal may be luckier; whoever relies on the lease asks the store itself.
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.DEBUG, "lease " + key + " could not be renewed", e);
    }
  }

  /** Writes it again, if it is still what was written last. */
  void renewNow() throws FirkinException, InterruptedException {
    lock.lockInterruptibly();
    try {
      // Asked first, for stores that know no conditions.
      if (version != null && isHeld()) {
        info = info.renewedAt(Leases.now());
        version = leases.put(key, info, PutCondition.ifMatches(version)).orElse(null);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives it back, if that can be done soon. */
  @Override
  public void close() {
    Future<?> deleted =
        executor.submit(() -> {
          leases.delete(key);
          return key;
        });
    boolean interrupted = Thread.interrupted();
    try {
      deleted.get(CLOSING.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | TimeoutException e) {
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.DEBUG, "lease " + key + " stays until it expires", e);
    }
    executor.shutdownNow();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
