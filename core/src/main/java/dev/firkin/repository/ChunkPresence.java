package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Which chunks the store has, by its own word during this run: each of the 256 folders is listed
 * when chunks of it are asked for, and what this run stores is added. So a push without any local
 * state, on whatever machine, sends only what is missing, and nothing is believed that the store
 * did not say just now.
 *
 * <p>Thread-safe. Memory: up to 80 bytes a chunk, outside the heap.
 */
public final class ChunkPresence implements AutoCloseable {
  /** A list of a folder takes a request for every thousand chunks in it; so a few go one by one. */
  private static final int ONE_BY_ONE = 4;

  /** So many in a row that were not there: then the next one is not expected to be either. */
  private static final int IN_VAIN = 16;

  private final Chunks chunks;
  private final AtomicInteger inVain = new AtomicInteger();
  private final int oneByOne;
  private final List<Folder> folders = new ArrayList<>(Chunks.FOLDERS);

  /** For many chunks: lists a folder for the first of it. */
  public ChunkPresence(Chunks chunks) {
    this(chunks, 0);
  }

  private ChunkPresence(Chunks chunks, int oneByOne) {
    this.chunks = chunks;
    this.oneByOne = oneByOne;
    for (int i = 0; i < Chunks.FOLDERS; i++) {
      folders.add(new Folder(i));
    }
  }

  /** For few chunks, or many: asks for the first ones of each folder by themselves. */
  public static ChunkPresence ofFew(Chunks chunks) {
    return new ChunkPresence(chunks, ONE_BY_ONE);
  }

  /** The reference to a chunk that the store has. Blocks while its folder is listed. */
  public Optional<ChunkRef> find(ChunkId id, int plaintextBytes) throws FirkinException {
    return ref(id, plaintextBytes, folders.get(Chunks.folder(id)).find(id, false));
  }

  /**
   * As {@link #find}, for who stores what is not there with {@link Chunks#store}, and so learns of
   * it too: where nothing that was asked for of late was there, a chunk is taken for a new one
   * without a question. So a night's new chunks take a request each, and not two.
   */
  public Optional<ChunkRef> findUnlessNew(ChunkId id, int plaintextBytes) throws FirkinException {
    return ref(id, plaintextBytes, folders.get(Chunks.folder(id)).find(id, true));
  }

  private static Optional<ChunkRef> ref(ChunkId id, int plaintextBytes, OptionalInt storedBytes) {
    return storedBytes.isPresent()
        ? Optional.of(new ChunkRef(id, plaintextBytes, storedBytes.getAsInt()))
        : Optional.empty();
  }

  /** Whether there is no use in asking: only where a put that is for nothing does no harm. */
  private boolean expectsNothing() throws StoreException {
    return inVain.get() >= IN_VAIN && chunks.areStoredOnlyIfAbsent();
  }

  /**
   * Hands over every chunk that the store has, with the length of its object, in no order. Lists
   * the folders that nobody has asked for yet.
   */
  public void forEach(BiConsumer<ChunkId, Integer> each) throws FirkinException {
    for (Folder folder : folders) {
      folder.forEach(each);
    }
  }

  /** Notes a chunk that was stored. */
  public void add(ChunkRef ref) {
    folders.get(Chunks.folder(ref.id())).add(ref);
  }

  /** Notes a chunk that was there, and taken for a new one: more of them may be. */
  public void addFound(ChunkRef ref) {
    inVain.set(0);
    add(ref);
  }

  @Override
  public void close() {
    folders.forEach(Folder::close);
  }

  private final class Folder {
    private final int number;
    private final ReentrantLock lock = new ReentrantLock();
    private final ChunkIndex index = new ChunkIndex();
    private boolean listed;
    private int asked;

    Folder(int number) {
      this.number = number;
    }

    OptionalInt find(ChunkId id, boolean unlessNew) throws FirkinException {
      lock.lock();
      try {
        OptionalInt known = index.get(id);
        if (known.isPresent() || listed) {
          return known;
        }
        if (unlessNew && expectsNothing()) {
          return OptionalInt.empty();
        }
        if (asked < oneByOne) {
          asked++;
          OptionalInt there = chunks.storedBytes(id);
          there.ifPresent(bytes -> index.put(id, bytes));
          inVain.updateAndGet(n -> there.isPresent() ? 0 : n + 1);
          return there;
        }
        list();
        return index.get(id);
      } finally {
        lock.unlock();
      }
    }

    void forEach(BiConsumer<ChunkId, Integer> each) throws FirkinException {
      lock.lock();
      try {
        list();
        index.forEach(each);
      } finally {
        lock.unlock();
      }
    }

    private void list() throws FirkinException {
      if (!listed) {
        chunks.list(number, index::put);
        listed = true;
      }
    }

    void add(ChunkRef ref) {
      lock.lock();
      try {
        index.put(ref.id(), ref.storedBytes());
      } finally {
        lock.unlock();
      }
    }

    void close() {
      lock.lock();
      try {
        index.close();
      } finally {
        lock.unlock();
      }
    }
  }
}
