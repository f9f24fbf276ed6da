package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.VisitedChunks;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.ArchivedObjects.State;
import dev.firkin.store.ArchivedObjects.Tier;
import dev.firkin.store.ObjectFrozenException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ParallelCalls;
import dev.firkin.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chunks in an archive: asks for them, and whether a restore can begin. For one thread. Memory: up
 * to 80 bytes a chunk outside the heap.
 */
public final class Thaw {
  private static final int BATCH = 1_000;

  /** So many chunks are asked for before every restore, spread over all of them. */
  private static final int SAMPLE = 256;

  /** So many of its pages are read for that, each of them after the other. */
  private static final int PAGES_OF_A_RUN = 4;

  private static final int AT_ONCE = 16;

  private final Repository repository;
  private final ArchivedObjects archive;

  /**
   * @param archive of the repository's store
   */
  public Thaw(Repository repository, ArchivedObjects archive) {
    this.repository = repository;
    this.archive = archive;
  }

  /**
   * How far a thaw is.
   *
   * @param chunks of all streams together, each counted once
   * @param readable those of them that can be read now
   */
  public record Progress(long chunks, long readable) {
    public boolean done() {
      return readable == chunks;
    }
  }

  /**
   * Asks for all that a restore needs. Idempotent; dying in the middle leaves some of it asked for.
   *
   * @param chain the streams
   * @param days that what is thawed is to stay
   */
  public Progress request(List<Manifest> chain, int days, Tier tier)
      throws FirkinException, InterruptedException {
    Tally tally = new Tally();
    each(
        chain,
        (calls, keys) -> {
          for (boolean readable : calls.each(keys, key -> archive.thaw(key, days, tier))) {
            tally.readable += readable ? 1 : 0;
          }
          tally.chunks += keys.size();
        });
    return new Progress(tally.chunks, tally.readable);
  }

  private static final class Tally {
    private long chunks;
    private long readable;
  }

  /**
   * Refuses to begin with what cannot be read to its end: looks at some chunks, spread over all of
   * them, and at all where any of those lies in an archive, thawed as it may be. Reads few pages
   * for it: whoever has no archive is not to wait for his first byte.
   *
   * @throws ObjectFrozenException naming a chunk that is frozen
   */
  public void requireReadable(List<Manifest> chain) throws FirkinException, InterruptedException {
    long references = runs(chain).stream().mapToLong(ChunkRun::chunks).sum();
    List<ObjectKey> sample = sample(runs(chain), references);
    try (ParallelCalls calls = new ParallelCalls(AT_ONCE)) {
      if (!anyThawed(calls, sample) || sample.size() == references) {
        return;
      }
    }
    each(
        chain,
        (calls, keys) -> {
          var _ = anyThawed(calls, keys);
        });
  }

  /** As many of each run as it is a part of the whole. */
  private List<ObjectKey> sample(List<ChunkRun> runs, long references) throws FirkinException {
    long step = Math.max(1, Math.ceilDiv(references, SAMPLE));
    List<ObjectKey> sample = new ArrayList<>();
    long begin = 0;
    for (ChunkRun run : runs) {
      long end = begin + run.chunks();
      // Of the multiples of the step those that lie within.
      int wanted = (int) (Math.ceilDiv(end, step) - Math.ceilDiv(begin, step));
      for (ChunkRef ref : spread(some(run, wanted), wanted)) {
        sample.add(Chunks.key(ref.id()));
      }
      begin = end;
    }
    return sample;
  }

  private List<ChunkRef> some(ChunkRun run, int wanted) throws FirkinException {
    return switch (run.references()) {
      case ChunkRun.References.Inline inline -> inline.refs();
      case ChunkRun.References.Paged paged -> {
        List<ChunkRef> refs = new ArrayList<>();
        for (PageId page : spread(paged.pages(), Math.min(PAGES_OF_A_RUN, wanted))) {
          refs.addAll(repository.pages().read(page));
        }
        yield refs;
      }
    };
  }

  /** So many of them, the first and the last included. */
  private static <T> List<T> spread(List<T> all, int wanted) {
    if (wanted >= all.size()) {
      return all;
    }
    List<T> some = new ArrayList<>(wanted);
    for (int i = 0; i < wanted; i++) {
      some.add(all.get(wanted == 1 ? all.size() / 2 : i * (all.size() - 1) / (wanted - 1)));
    }
    return some;
  }

  private boolean anyThawed(ParallelCalls calls, List<ObjectKey> keys)
      throws StoreException, InterruptedException {
    List<State> states = calls.each(keys, archive::state);
    int frozen = states.indexOf(State.FROZEN);
    if (frozen >= 0) {
      throw new ObjectFrozenException(repository.store().location(), keys.get(frozen), null);
    }
    return states.contains(State.THAWED);
  }

  private static List<ChunkRun> runs(List<Manifest> chain) {
    return chain.stream().flatMap(m -> Stream.of(m.commands(), m.data())).toList();
  }

  private interface Batch {
    void take(ParallelCalls calls, List<ObjectKey> keys)
        throws FirkinException, InterruptedException;
  }

  private void each(List<Manifest> chain, Batch batch)
      throws FirkinException, InterruptedException {
    try (ParallelCalls calls = new ParallelCalls(AT_ONCE);
        VisitedChunks seen = new VisitedChunks()) {
      List<ObjectKey> keys = new ArrayList<>(BATCH);
      for (ChunkRun run : runs(chain)) {
        References references = new References(repository.pages(), run);
        for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
          if (seen.add(ref.get().id())) {
            keys.add(Chunks.key(ref.get().id()));
          }
          if (keys.size() == BATCH) {
            batch.take(calls, keys);
            keys.clear();
          }
        }
      }
      batch.take(calls, keys);
    }
  }
}
