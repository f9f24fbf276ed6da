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

/**
 * Makes sure that chunks are stored, each once: hash, ask whether the store has it, else compress,
 * encrypt and put. Called by many workers at once.
 *
 * <p>Where the line drops before a chunk is through, it is stored in {@linkplain Pieces pieces},
 * which are chunks themselves. A chunk of which the store has the first piece is completed in
 * pieces: unless the line is so wide that nobody need look for them.
 */
final class ChunkUploader {
  private final Chunks chunks;
  private final ChunkPresence presence;
  private final PushProgress progress;
  private final Line line;

  /** So that two workers with the same new chunk send it once. */
  private final ConcurrentHashMap<ChunkId, CompletableFuture<List<ChunkRef>>> inFlight =
      new ConcurrentHashMap<>();

  ChunkUploader(Chunks chunks, ChunkPresence presence, PushProgress progress, Line line) {
    this.chunks = chunks;
    this.presence = presence;
    this.progress = progress;
    this.line = line;
  }

  /**
   * On return the chunk is known to be stored.
   *
   * @return it, or its pieces in order
   */
  List<ChunkRef> ensureStored(byte[] plaintext) throws FirkinException, InterruptedException {
    ChunkId id = chunks.id(plaintext);
    CompletableFuture<List<ChunkRef>> mine = new CompletableFuture<>();
    CompletableFuture<List<ChunkRef>> other = inFlight.putIfAbsent(id, mine);
    if (other != null) {
      try {
        // Whoever waits here waits for something shorter than what others may wait for of it.
        List<ChunkRef> refs = other.get();
        refs.forEach(ref -> progress.skipped(ref.plaintextBytes()));
        return refs;
      } catch (ExecutionException e) {
        throw Failures.rethrow(e);
      }
    }
    try {
      List<ChunkRef> refs = store(id, plaintext);
      mine.complete(refs);
      return refs;
    } catch (FirkinException | InterruptedException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(id);
    }
  }

  private List<ChunkRef> store(ChunkId id, byte[] plaintext)
      throws FirkinException, InterruptedException {
    Optional<ChunkRef> there = presence.find(id, plaintext.length);
    if (there.isPresent()) {
      progress.skipped(plaintext.length);
      return List.of(there.get());
    }
    if (!Pieces.areSmallerThan(plaintext.length)) {
      return List.of(storeWhole(id, plaintext));
    }
    if (!line.isWide() && hasFirstPiece(plaintext)) {
      return storePieces(plaintext);
    }
    try (Line.Divisible _ = line.divisible(Chunks.key(id))) {
      return List.of(storeWhole(id, plaintext));
    } catch (LineTooShortException e) {
      return storePieces(plaintext);
    }
  }

  private boolean hasFirstPiece(byte[] plaintext) throws FirkinException {
    byte[] first = Pieces.firstOf(plaintext);
    return presence.find(chunks.id(first), first.length).isPresent();
  }

  /** One after the other, the first one first: that it is there tells of the others. */
  private List<ChunkRef> storePieces(byte[] plaintext)
      throws FirkinException, InterruptedException {
    List<ChunkRef> refs = new ArrayList<>();
    for (byte[] piece : Pieces.of(plaintext)) {
      refs.addAll(ensureStored(piece));
    }
    return refs;
  }

  private ChunkRef storeWhole(ChunkId id, byte[] plaintext) throws FirkinException {
    Outcome outcome = chunks.store(id, plaintext);
    presence.add(outcome);
    switch (outcome) {
      case Outcome.Uploaded uploaded ->
          progress.added(plaintext.length, uploaded.ref().storedBytes());
      case Outcome.AlreadyStored already -> progress.skipped(plaintext.length);
    }
    return outcome.ref();
  }
}
