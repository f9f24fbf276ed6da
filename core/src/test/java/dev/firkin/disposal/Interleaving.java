package dev.firkin.disposal;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Two who use one store, whose calls come in an order that a seed tells, as far as threads can be
 * told: before a call one of them may have to wait until the other has made some calls, or ended.
 */
final class Interleaving {
  private final Random random;
  private final int[] calls = new int[2];
  private final boolean[] waiting = new boolean[2];
  private final boolean[] ended = new boolean[2];

  Interleaving(long seed) {
    this.random = new Random(seed);
  }

  /** The store as one of the two has it, 0 or 1. */
  ObjectStore store(int who, ObjectStore of) {
    return new ForwardingStore(of) {
      @Override
      public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
          throws StoreException {
        turn(who);
        return store.put(key, body, condition);
      }

      @Override
      public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
        turn(who);
        return store.get(key, maxBytes);
      }

      @Override
      public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
        turn(who);
        return store.head(key);
      }

      @Override
      public Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
        return head(key);
      }

      @Override
      public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
        turn(who);
        store.list(prefix, each);
      }

      @Override
      public void delete(Collection<ObjectKey> keys) throws StoreException {
        turn(who);
        store.delete(keys);
      }

      @Override
      public void deleteOnce(Collection<ObjectKey> keys) throws StoreException {
        turn(who);
        store.deleteOnce(keys);
      }
    };
  }

  private synchronized void turn(int who) {
    int other = 1 - who;
    calls[who]++;
    notifyAll();
    if (random.nextInt(5) != 0 || waiting[who]) {
      return;
    }
    // A prune makes some hundred calls: now and then it gets from one end to the other.
    int until = calls[other] + random.nextInt(random.nextBoolean() ? 60 : 500);
    waiting[who] = true;
    boolean interrupted = false;
    // Were both to wait, neither would ever go on.
    while (calls[other] < until && !ended[other] && !waiting[other]) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    waiting[who] = false;
    notifyAll();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** It makes no calls any more. */
  synchronized void ended(int who) {
    ended[who] = true;
    notifyAll();
  }
}
