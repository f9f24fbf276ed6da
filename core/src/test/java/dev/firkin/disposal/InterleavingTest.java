package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.DamagedException;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ObjectStore;
import dev.firkin.transfer.SweptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One host pushes while another forgets and prunes, in 500 random orders of their calls; in a part
 * of them the store's clock leaps, so that leases of the living are taken over. Whoever succeeds
 * has told the truth, and nothing is lost.
 */
@Timeout(300)
final class InterleavingTest {
  private static final Prune.Options AT_ONCE = new Prune.Options(Duration.ZERO, false, false);
  private static final Prune.Options A_WEEK = new Prune.Options(Duration.ofDays(7), false, false);

  @TempDir private Path folder;

  private final AtomicInteger pushed = new AtomicInteger();
  private final AtomicInteger pruned = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicLong deleted = new AtomicLong();

  @Test
  void nothingIsLostWhereGarbageGoesAtOnce() throws Exception {
    inManyOrders(350, 0, AT_ONCE, 1);
  }

  /** What one prune condemned is pushed again, or gone, when the next one comes days later. */
  @Test
  void nothingIsLostWhereGarbageWaits() throws Exception {
    inManyOrders(150, 10_000, A_WEEK, 12);
  }

  /**
   * Half of the orders each, in a repository of its own.
   *
   * @param seed of the first
   * @param daysBetween fewer than these pass before each
   */
  private void inManyOrders(int orders, int seed, Prune.Options options, int daysBetween)
      throws Exception {
    List<FutureTask<Boolean>> halves = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      int first = half;
      FutureTask<Boolean> task =
          new FutureTask<>(() -> {
            Shelf shelf = new Shelf(folder.resolve("half-" + first));
            List<Manifest> there = new ArrayList<>();
            for (int order = seed + first; order < seed + orders; order += 2) {
              shelf.clock.pass(Duration.ofDays(new Random(order).nextInt(daysBetween)));
              inOrder(order, shelf, there, options);
            }
            return true;
          });
      halves.add(task);
      Thread.ofPlatform().daemon().name("half-" + half).start(task);
    }
    for (FutureTask<Boolean> half : halves) {
      assertTrue(half.get());
    }
    System.out.printf(
        "%d orders: %d pushes stored, %d not, %d disposals done, %d chunks deleted%n",
        orders, pushed.get(), refused.get(), pruned.get(), deleted.get());
    assertTrue(
        pushed.get() > orders / 4 && pruned.get() > orders / 4, "the one was always in the way");
    assertTrue(refused.get() > 0, "never in each other's way: nothing tested");
    assertTrue(deleted.get() > 0, "nothing was deleted: nothing tested");
  }

  private void inOrder(int order, Shelf shelf, List<Manifest> there, Prune.Options options)
      throws Exception {
    Random random = new Random(order);
    // Of few, so that the one relies on what the other is about to delete.
    List<Long> contents =
        LongStream.range(0, 4)
            .filter(n -> random.nextInt(3) > 0)
            .flatMap(group -> LongStream.range(100 * group, 100 * group + 6))
            .boxed()
            .toList();
    long seed = 1_000L + order;
    Interleaving interleaving = new Interleaving(order);
    boolean leaps = order % 3 == 0;
    FutureTask<Optional<Manifest>> push =
        new FutureTask<>(() -> {
          try {
            return push(shelf, interleaving.store(0, shelf.store), seed, contents);
          } finally {
            interleaving.ended(0);
          }
        });
    List<Manifest> goes = random.nextInt(4) == 0 ? List.of() : List.copyOf(there);
    there.removeAll(goes);
    FutureTask<Boolean> disposal =
        new FutureTask<>(() -> {
          try {
            return dispose(shelf, interleaving.store(1, shelf.store), goes, options, leaps);
          } finally {
            interleaving.ended(1);
          }
        });
    Thread.ofPlatform().daemon().name("push").start(push);
    Thread.ofPlatform().daemon().name("disposal").start(disposal);

    Optional<Manifest> stored = push.get();
    boolean done = disposal.get();

    List<Manifest> now = shelf.snapshots().load().manifests();
    if (stored.isPresent()) {
      pushed.incrementAndGet();
      assertTrue(now.contains(stored.get()), "order " + order + ": said to be stored");
      there.add(stored.get());
    } else {
      refused.incrementAndGet();
    }
    pruned.addAndGet(done ? 1 : 0);
    goes.stream().filter(now::contains).forEach(there::add); // the other was in the way
    assertEquals(there.size(), now.size(), "order " + order);
    assertWhole(shelf, order);
  }

  private static void assertWhole(Shelf shelf, int order) throws Exception {
    try {
      shelf.assertSound();
    } catch (AssertionError e) {
      throw new AssertionError("order " + order + ": " + e.getMessage(), e);
    }
  }

  /** Empty where it was told that the repository is in use, or that it was swept. */
  private static Optional<Manifest> push(
      Shelf shelf, ObjectStore store, long seed, List<Long> contents) throws Exception {
    try {
      return Optional.of(shelf.push(store, seed, contents, Optional.empty()));
    } catch (DamagedException e) {
      // It slept between its question and its commit, and says so; what is there is taken away.
      List<Manifest> broken =
          shelf.snapshots().load().manifests().stream()
              .filter(m -> m.name().name().equals("s" + seed))
              .toList();
      broken.forEach(m -> shelf.store.delete(List.of(Snapshots.key(m.id()))));
      return Optional.empty();
    } catch (LeaseHeldException | SweptException e) {
      return Optional.empty();
    }
  }

  private boolean dispose(
      Shelf shelf, ObjectStore store, List<Manifest> goes, Prune.Options options, boolean leaps)
      throws Exception {
    try {
      disposeNow(shelf, store, goes, options);
      return true;
    } catch (LeaseLostException e) {
      return false;
    } catch (LeaseHeldException e) {
      if (!leaps) {
        return false;
      }
    }
    // Whoever holds it is taken for dead, and is not.
    shelf.clock.pass(Duration.ofMinutes(20));
    try {
      disposeNow(shelf, store, goes, options);
      return true;
    } catch (LeaseHeldException | LeaseLostException e) {
      return false;
    }
  }

  private void disposeNow(
      Shelf shelf, ObjectStore store, List<Manifest> goes, Prune.Options options) throws Exception {
    shelf.forget(store, goes.toArray(Manifest[]::new));
    deleted.addAndGet(shelf.prune(store, options, List.of()).deleted().chunks());
  }
}
