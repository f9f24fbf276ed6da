package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.model.ChunkRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Which chunks the store has, by its own word during this run: each of the 256 folders is listed
 * when the first chunk of it is asked for, and what this run stores is added. So a push without any
 * local state, on whatever machine, sends only what is missing, a small delta lists few folders,
 * and nothing is believed that the store did not say just now.
 *
 * <p>Thread-safe. Memory: up to 80 bytes a chunk, outside the heap.
 */
public final class ChunkPresence implements AutoCloseable {
  private final Chunks chunks;
  private final List<Folder> folders = new ArrayList<>(Chunks.FOLDERS);

  public ChunkPresence(Chunks chunks) {
    this.chunks = chunks;
    for (int i = 0; i < Chunks.FOLDERS; i++) {
      folders.add(new Folder(i));
    }
  }

  /** The reference to a chunk that the store has. Blocks while its folder is listed. */
  public Optional<ChunkRef> find(ChunkId id, int plaintextBytes) throws FirkinException {
    OptionalInt stored = folders.get(Chunks.folder(id)).find(id);
    return stored.isPresent()
        ? Optional.of(new ChunkRef(id, plaintextBytes, stored.getAsInt()))
        : Optional.empty();
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

  @Override
  public void close() {
    folders.forEach(Folder::close);
  }

  private final class Folder {
    private final int number;
    private final ReentrantLock lock = new ReentrantLock();
    private final ChunkIndex index = new ChunkIndex();
    private boolean listed;

    Folder(int number) {
      this.number = number;
    }

    OptionalInt find(ChunkId id) throws FirkinException {
      lock.lock();
      try {
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
