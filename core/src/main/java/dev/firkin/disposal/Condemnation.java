package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.ChunkSet;
import dev.firkin.repository.CondemnedObjects;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.repository.Trash;
import dev.firkin.repository.VisitedChunks;
import dev.firkin.repository.model.Condemned;
import dev.firkin.repository.model.PageId;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What earlier prunes condemned, and what this one does. For one thread. Memory: up to 43 bytes a
 * chunk, 80 of those that may go now, outside the heap, and one object.
 */
final class Condemnation implements AutoCloseable {
  private final CondemnedObjects objects;
  private final Trash.Run run;
  private final Lease lease;
  private final boolean trial;

  /** By their whole ids: to be found here by mistake would cost a chunk its grace period. */
  private final VisitedChunks ripe = new VisitedChunks();

  private final ChunkSet known = new ChunkSet();
  private final Set<PageId> ripePages = new HashSet<>();
  private final Set<PageId> knownPages = new HashSet<>();
  private final List<ObjectKey> spent = new ArrayList<>();
  private final List<ChunkId> newChunks = new ArrayList<>();
  private final List<PageId> newPages = new ArrayList<>();
  private int written;

  /**
   * @param run gives the objects their name
   * @param lease asked for before each is stored
   * @param trial to store nothing
   */
  Condemnation(CondemnedObjects objects, Trash.Run run, Lease lease, boolean trial) {
    this.objects = objects;
    this.run = run;
    this.lease = lease;
    this.trial = trial;
  }

  /**
   * Reads what was condemned before, and takes back what is named now: were that to become garbage
   * once more, its time would have begun long ago.
   *
   * @param until by the store's clock: what was condemned before it may go
   * @param named all that anything names
   */
  void load(Instant until, Named named) throws FirkinException, InterruptedException {
    for (ObjectInfo info : objects.list()) {
      Optional<Condemned> condemned;
      try {
        condemned = objects.read(info);
      } catch (DamagedException e) {
        // It condemns nothing; what it named will be condemned again.
        System.getLogger(Condemnation.class.getName())
            .log(System.Logger.Level.DEBUG, "passing over " + info.key(), e);
        spent.add(info.key());
        continue;
      }
      if (condemned.isPresent()) {
        load(info, condemned.get(), until, named);
      }
    }
  }

  private void load(ObjectInfo info, Condemned condemned, Instant until, Named named)
      throws FirkinException, InterruptedException {
    Instant since = condemned.since().filter(info.modified()::isAfter).orElse(info.modified());
    List<ChunkId> chunks = condemned.chunks().stream().filter(id -> !named.contains(id)).toList();
    List<PageId> pages = condemned.pages().stream().filter(id -> !named.contains(id)).toList();
    boolean less =
        chunks.size() < condemned.chunks().size() || pages.size() < condemned.pages().size();
    if (less && !trial) {
      // Only in place of what was read: who lost the lease must not bring back what another prune
      // has taken away.
      if (!lease.renewed() || !objects.replace(info, chunks, pages, since)) {
        throw new LeaseLostException();
      }
    }
    boolean old = since.isBefore(until);
    chunks.forEach(old ? ripe::add : known::add);
    (old ? ripePages : knownPages).addAll(pages);
    if (old || (chunks.isEmpty() && pages.isEmpty())) {
      spent.add(info.key());
    }
  }

  /** Whether a chunk was condemned long enough ago. */
  boolean isRipe(ChunkId id) {
    return ripe.contains(id);
  }

  boolean isRipe(PageId id) {
    return ripePages.contains(id);
  }

  /** The objects that condemn nothing any more, once what is ripe is gone. */
  List<ObjectKey> spent() {
    return List.copyOf(spent);
  }

  /**
   * Condemns a chunk, if it is not yet.
   *
   * @return whether it was not
   */
  boolean add(ChunkId id) throws FirkinException, InterruptedException {
    if (!known.add(id)) {
      return false;
    }
    newChunks.add(id);
    writeIfFull();
    return true;
  }

  boolean add(PageId id) throws FirkinException, InterruptedException {
    if (!knownPages.add(id)) {
      return false;
    }
    newPages.add(id);
    writeIfFull();
    return true;
  }

  private void writeIfFull() throws FirkinException, InterruptedException {
    if (newChunks.size() + newPages.size() == Condemned.MOST) {
      write();
    }
  }

  /** Stores what was added since the last time. */
  void write() throws FirkinException, InterruptedException {
    if (!newChunks.isEmpty() || !newPages.isEmpty()) {
      if (!trial) {
        if (!lease.renewed()) {
          throw new LeaseLostException();
        }
        objects.put(run, written++, new Condemned(newChunks, newPages));
      }
      newChunks.clear();
      newPages.clear();
    }
  }

  @Override
  public void close() {
    ripe.close();
    known.close();
  }
}
