package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.VisitedChunks;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.ArchivedObjects.State;
import dev.firkin.store.ArchivedObjects.Tier;
import dev.firkin.store.ObjectFrozenException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ParallelCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chunks in an archive: asks for them, and whether a restore can begin. For one thread. Memory: up
 * to 80 bytes a chunk outside the heap.
 */
public final class Thaw {
  private static final int BATCH = 1_000;

  /** So many chunks are asked for before every restore, spread over all of them. */
  private static final int SAMPLE = 256;

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
        1,
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
    private boolean thawed;
  }

  /**
   * Refuses to begin with what cannot be read to its end: looks at some chunks, spread over all of
   * them, and at all where any of those lies in an archive, thawed as it may be.
   *
   * @throws ObjectFrozenException naming a chunk that is frozen
   */
  public void requireReadable(List<Manifest> chain) throws FirkinException, InterruptedException {
    long references =
        chain.stream().mapToLong(m -> m.commands().chunks() + m.data().chunks()).sum();
    long step = Math.max(1, references / SAMPLE);
    if (requireReadable(chain, step) && step > 1) {
      var _ = requireReadable(chain, 1);
    }
  }

  /** Whether any of those that were looked at was thawed. */
  private boolean requireReadable(List<Manifest> chain, long step)
      throws FirkinException, InterruptedException {
    Tally tally = new Tally();
    each(
        chain,
        step,
        (calls, keys) -> {
          List<State> states = calls.each(keys, archive::state);
          int frozen = states.indexOf(State.FROZEN);
          if (frozen >= 0) {
            throw new ObjectFrozenException(repository.store().location(), keys.get(frozen), null);
          }
          tally.thawed |= states.contains(State.THAWED);
        });
    return tally.thawed;
  }

  private interface Batch {
    void take(ParallelCalls calls, List<ObjectKey> keys)
        throws FirkinException, InterruptedException;
  }

  private void each(List<Manifest> chain, long step, Batch batch)
      throws FirkinException, InterruptedException {
    try (ParallelCalls calls = new ParallelCalls(AT_ONCE);
        VisitedChunks seen = new VisitedChunks()) {
      List<ObjectKey> keys = new ArrayList<>(BATCH);
      long at = 0;
      for (Manifest manifest : chain) {
        for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
          References references = new References(repository.pages(), run);
          for (Optional<ChunkRef> ref = references.next();
              ref.isPresent();
              ref = references.next()) {
            if (at++ % step == 0 && seen.add(ref.get().id())) {
              keys.add(Chunks.key(ref.get().id()));
            }
            if (keys.size() == BATCH) {
              batch.take(calls, keys);
              keys.clear();
            }
          }
        }
      }
      batch.take(calls, keys);
    }
  }
}
