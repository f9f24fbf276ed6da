package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Pieces;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Chunks.Outcome;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.LineTooShortException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes sure that chunks are stored, each once: hash, ask whether the store has it, else compress,
 * encrypt and put. Called by many workers at once.
 *
 * <p>Where a chunk would be long under way, or the line drops before it is through, it is stored in
 * {@linkplain Pieces pieces}, which are chunks themselves. A chunk of which the store has the first
 * piece is completed in pieces; on a wide line one gives up looking for them where there are none.
 */
final class ChunkUploader {
  /** A repository that was filled over wide lines has none, and every look costs a hash. */
  private static final int LOOKS_ON_A_WIDE_LINE = 64;

  private final Chunks chunks;
  private final Storing storing;
  private final PushProgress progress;
  private final Line line;

  /** So that two workers with the same new chunk send it once. */
  private final ConcurrentHashMap<ChunkId, CompletableFuture<List<ChunkRef>>> inFlight =
      new ConcurrentHashMap<>();

  /** Makes sure that one chunk is stored, and tells the progress what it took. */
  interface Storing {
    /**
     * @param turn its place in the stream
     * @return empty where it is to be stored in pieces instead
     */
    Optional<ChunkRef> ensureStored(ChunkId id, byte[] plaintext, long turn) throws FirkinException;
  }

  /**
   * @param line on which what goes in pieces keeps its place
   */
  ChunkUploader(Chunks chunks, Storing storing, PushProgress progress, Line line) {
    this.chunks = chunks;
    this.storing = storing;
    this.progress = progress;
    this.line = line;
  }

  /** Stores what the store does not have. */
  static Storing whatIsAbsent(
      Chunks chunks, ChunkPresence presence, PushProgress progress, Line line) {
    AtomicInteger inVain = new AtomicInteger();
    return (id, plaintext, turn) -> {
      Optional<ChunkRef> there = presence.findUnlessNew(id, plaintext.length);
      if (there.isPresent()) {
        progress.skipped(plaintext.length);
        return there;
      }
      boolean divisible = Pieces.areSmallerThan(plaintext.length);
      if (divisible && (!line.isWide() || inVain.get() < LOOKS_ON_A_WIDE_LINE)) {
        if (hasFirstPiece(chunks, presence, plaintext)) {
          inVain.set(0);
          return Optional.empty();
        }
        inVain.incrementAndGet();
      }
      Outcome outcome;
      try (Line.Passage _ = line.passage(Chunks.key(id), turn, divisible)) {
        outcome = chunks.store(id, plaintext);
      } catch (LineTooShortException e) {
        return Optional.empty();
      }
      switch (outcome) {
        case Outcome.Uploaded(ChunkRef ref) -> {
          presence.add(ref);
          progress.added(plaintext.length, ref.storedBytes());
        }
        case Outcome.AlreadyStored(ChunkRef ref) -> {
          presence.addFound(ref);
          progress.skipped(plaintext.length);
        }
      }
      return Optional.of(outcome.ref());
    };
  }

  private static boolean hasFirstPiece(Chunks chunks, ChunkPresence presence, byte[] plaintext)
      throws FirkinException {
    byte[] first = Pieces.firstOf(plaintext);
    return presence.findUnlessNew(chunks.id(first), first.length).isPresent();
  }

  /**
   * On return the chunk is known to be stored.
   *
   * @param turn its place in the stream: the first one has the line first
   * @return it, or its pieces in order
   */
  List<ChunkRef> ensureStored(byte[] plaintext, long turn)
      throws FirkinException, InterruptedException {
    return ensureStored(plaintext, turn, Optional.empty());
  }

  /**
   * @param place that it has on the line, as a piece
   */
  private List<ChunkRef> ensureStored(byte[] plaintext, long turn, Optional<Line.Hold> place)
      throws FirkinException, InterruptedException {
    ChunkId id = chunks.id(plaintext);
    CompletableFuture<List<ChunkRef>> mine = new CompletableFuture<>();
    CompletableFuture<List<ChunkRef>> other = inFlight.putIfAbsent(id, mine);
    if (other != null) {
      try {
        // Whoever waits here waits for something shorter than what others may wait for of it.
        List<ChunkRef> refs = await(other, place);
        refs.forEach(ref -> progress.skipped(ref.plaintextBytes()));
        return refs;
      } catch (ExecutionException e) {
        throw Failures.rethrow(e);
      }
    }
    try {
      Optional<ChunkRef> whole = storing.ensureStored(id, plaintext, turn);
      List<ChunkRef> refs = whole.isPresent() ? List.of(whole.get()) : storePieces(plaintext, turn);
      mine.complete(refs);
      return refs;
    } catch (FirkinException | InterruptedException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(id);
    }
  }

  /** One after the other, the first one first: that it is there tells of the others. */
  private List<ChunkRef> storePieces(byte[] plaintext, long turn)
      throws FirkinException, InterruptedException {
    List<ChunkRef> refs = new ArrayList<>();
    try (Line.Hold place = line.hold(turn)) {
      for (byte[] piece : Pieces.of(plaintext)) {
        refs.addAll(ensureStored(piece, turn, Optional.of(place)));
      }
    }
    return refs;
  }

  /** Whom we wait for may itself be waiting behind the place that we have. */
  private static List<ChunkRef> await(
      CompletableFuture<List<ChunkRef>> other, Optional<Line.Hold> place)
      throws ExecutionException, InterruptedException {
    if (place.isEmpty()) {
      return other.get();
    }
    try (Line.Passage _ = place.get().aside()) {
      return other.get();
    }
  }
}
