package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.VisitedChunks;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectLocks.Lock;
import dev.firkin.store.ParallelCalls;
import dev.firkin.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Locks all that a repository needs for as long again. The lock of {@code firkin.json} is extended
 * last, so that it says of the whole how long it is locked: a round is due when less than half of
 * the period is left there. One instance, one run; it may be stopped at any time, and the next one
 * goes on where this one was. Memory: the ids of all pages, and up to 80 bytes a chunk outside the
 * heap.
 */
public final class LockRound {
  private static final ObjectKey LAST = ObjectKey.of("firkin.json");
  private static final int BATCH = 1_000;

  /** By so much the clocks of hosts may differ. */
  private static final Duration CLOCKS = Duration.ofDays(1);

  private final Repository repository;
  private final ObjectLocks locks;
  private final ObjectLock wanted;
  private final Instant now;
  private final int workers;
  private Optional<FirkinException> trouble = Optional.empty();
  private long looked;
  private long extended;

  /**
   * @param wanted what new objects are locked with
   * @param now by the clock that new objects are locked by
   * @param workers how many requests at once
   */
  public LockRound(
      Repository repository, ObjectLocks locks, ObjectLock wanted, Instant now, int workers) {
    this.repository = repository;
    this.locks = locks;
    this.wanted = wanted;
    this.now = now;
    this.workers = workers;
  }

  /** For how long it locks. */
  public Duration period() {
    return wanted.period();
  }

  /**
   * What a round did.
   *
   * @param looked objects that it asked for
   * @param extended those of them that were locked by it, or for longer
   * @param until when the first lock ends of those that it extended
   * @param complete whether it came round; else it was told to stop, and the next one is due
   */
  public record Report(long looked, long extended, Instant until, boolean complete) {}

  /**
   * Whether less than half of the period is left, or so much that it was locked for another one:
   * then it says nothing of what is locked for this one, and what this host remembers has to do.
   *
   * @param last when it last came round for this period; empty where that is not known, which costs
   *     a round
   */
  public boolean isDue(Optional<Instant> last) throws StoreException {
    Optional<Lock> lock = locks.lockOf(LAST);
    if (leftIsLessThan(wanted.period().dividedBy(2), lock)) {
      return true;
    }
    Instant latest = now.plus(wanted.period()).plus(CLOCKS);
    Instant half = now.minus(wanted.period().dividedBy(2));
    return lock.filter(l -> l.until().isAfter(latest)).isPresent()
        && last.filter(l -> l.isAfter(half) && !l.isAfter(now)).isEmpty();
  }

  private boolean leftIsLessThan(Duration left, Optional<Lock> lock) {
    return lock.isEmpty() || lock.get().until().isBefore(now.plus(left));
  }

  /**
   * Goes round.
   *
   * @param snapshots whose objects are to stay: all of the repository
   * @param stop asked now and then: whether it has taken long enough
   * @throws FirkinException if {@code firkin.json} cannot be locked
   * @throws DamagedException if not all that they need is known; what is known is locked
   * @throws NewerFormatException if an unfinished push is of a newer firkin; the same holds
   */
  public Report run(Snapshots snapshots, BooleanSupplier stop)
      throws FirkinException, InterruptedException {
    Catalog catalog = snapshots.load();
    catalog.damaged().forEach(this::note);
    List<Manifest> manifests = rotated(catalog.manifests());
    boolean complete;
    try (ParallelCalls calls = new ParallelCalls(workers);
        VisitedChunks chunks = new VisitedChunks()) {
      Walk walk = new Walk(calls, chunks, stop);
      // First what opens the rest, and what a push of weeks has stored.
      List<ObjectKey> keys = new ArrayList<>();
      repository.store().list(KeyPrefix.of("keys/"), info -> keys.add(info.key()));
      for (ObjectKey key : keys) {
        walk.add(key);
      }
      for (ObjectKey key : repository.uploads().keys()) {
        Optional<Checkpoint> upload = checkpoint(key);
        if (upload.isPresent()) {
          walk.half(upload.get().commands());
          walk.half(upload.get().data());
        }
      }
      for (Manifest manifest : manifests) {
        if (!walk.isOver()) {
          walk.run(manifest.commands());
          walk.run(manifest.data());
          walk.add(Snapshots.key(manifest.id()));
        }
      }
      complete = !walk.isOver();
      walk.finish();
      if (trouble.isPresent()) {
        throw trouble.get();
      }
      if (complete) {
        lockLast();
      }
    }
    return new Report(looked, extended, now.plus(wanted.period()), complete);
  }

  /** So that rounds which are stopped early each time see all of it in the end. */
  private static <T> List<T> rotated(List<T> list) {
    List<T> rotated = new ArrayList<>(list);
    Collections.rotate(rotated, -RandomGenerator.getDefault().nextInt(list.size() + 1));
    return rotated;
  }

  private void note(FirkinException e) {
    trouble = trouble.or(() -> Optional.of(e));
  }

  /** What a push of weeks has stored is needed for as long as it goes on. */
  private Optional<Checkpoint> checkpoint(ObjectKey key) throws FirkinException {
    try {
      return repository.uploads().open(key);
    } catch (DamagedException | NewerFormatException e) {
      note(e); // on with the others
      return Optional.empty();
    }
  }

  /** From object to object, each once. */
  private final class Walk {
    private final ParallelCalls calls;
    private final VisitedChunks chunks;
    private final Set<PageId> pages = new HashSet<>();
    private final List<ObjectKey> batch = new ArrayList<>(BATCH);
    private final BooleanSupplier stop;
    private boolean over;

    Walk(ParallelCalls calls, VisitedChunks chunks, BooleanSupplier stop) {
      this.calls = calls;
      this.chunks = chunks;
      this.stop = stop;
    }

    /** Whether it is told to stop; it looks at nothing more then. */
    boolean isOver() {
      over = over || stop.getAsBoolean();
      return over;
    }

    void run(ChunkRun run) throws FirkinException, InterruptedException {
      switch (run.references()) {
        case ChunkRun.References.Inline inline -> chunks(inline.refs());
        case ChunkRun.References.Paged paged -> pages(rotated(paged.pages()));
      }
    }

    void half(Checkpoint.Half half) throws FirkinException, InterruptedException {
      pages(half.pages());
      chunks(half.open());
    }

    private void pages(List<PageId> ids) throws FirkinException, InterruptedException {
      for (PageId page : ids) {
        if (!over && pages.add(page)) {
          add(Pages.key(page));
          try {
            chunks(repository.pages().read(page));
          } catch (DamagedException e) {
            note(e); // on with the others
          }
        }
      }
    }

    private void chunks(List<ChunkRef> refs) throws StoreException, InterruptedException {
      for (ChunkRef ref : refs) {
        if (chunks.add(ref.id())) {
          add(Chunks.key(ref.id()));
        }
      }
    }

    void add(ObjectKey key) throws StoreException, InterruptedException {
      if (over) {
        return;
      }
      batch.add(key);
      if (batch.size() == BATCH) {
        finish();
        var _ = isOver();
      }
    }

    void finish() throws StoreException, InterruptedException {
      for (boolean done : calls.each(batch, LockRound.this::extend)) {
        extended += done ? 1 : 0;
      }
      looked += batch.size();
      batch.clear();
    }
  }

  /**
   * What a round leaves alone has to last until the next one, half a period later, and still be
   * worth something; what a round before this one, which broke off, has done is not done again.
   */
  private boolean extend(ObjectKey key) throws StoreException {
    Optional<Lock> lock = locks.lockOf(key);
    return isShort(lock) && locks.lock(key, longer(lock));
  }

  private boolean isShort(Optional<Lock> lock) {
    return leftIsLessThan(wanted.period().multipliedBy(9).dividedBy(10), lock);
  }

  private Lock longer(Optional<Lock> lock) {
    // No store lets a governed lock become another one without a permission for more.
    return new Lock(
        lock.filter(l -> l.until().isAfter(now)).map(Lock::mode).orElse(wanted.mode()),
        now.plus(wanted.period()));
  }

  private void lockLast() throws FirkinException {
    Optional<Lock> lock = locks.lockOf(LAST);
    looked++;
    if (isShort(lock)) {
      if (!locks.lock(LAST, longer(lock))) {
        throw new FirkinException(
            LAST + " is no longer there and could not be locked; all else is locked",
            "somebody may have deleted it: bring back its last version in the bucket, then run"
                + " 'firkin verify'");
      }
      extended++;
    }
  }
}
