package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Chunks.Outcome;
import dev.firkin.repository.model.ChunkRef;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Makes sure that chunks are stored, each once: hash, ask whether the store has it, else compress,
 * encrypt and put. Called by many workers at once.
 */
final class ChunkUploader {
  private final Chunks chunks;
  private final ChunkPresence presence;
  private final PushProgress progress;

  /** So that two workers with the same new chunk send it once. */
  private final ConcurrentHashMap<ChunkId, CompletableFuture<ChunkRef>> inFlight =
      new ConcurrentHashMap<>();

  ChunkUploader(Chunks chunks, ChunkPresence presence, PushProgress progress) {
    this.chunks = chunks;
    this.presence = presence;
    this.progress = progress;
  }

  /** On return the chunk is known to be stored. */
  ChunkRef ensureStored(byte[] plaintext) throws FirkinException, InterruptedException {
    ChunkId id = chunks.id(plaintext);
    CompletableFuture<ChunkRef> mine = new CompletableFuture<>();
    CompletableFuture<ChunkRef> other = inFlight.putIfAbsent(id, mine);
    if (other != null) {
      try {
        ChunkRef ref = other.get();
        progress.skipped(plaintext.length);
        return ref;
      } catch (ExecutionException e) {
        throw Failures.rethrow(e);
      }
    }
    try {
      ChunkRef ref = store(id, plaintext);
      mine.complete(ref);
      return ref;
    } catch (FirkinException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(id);
    }
  }

  private ChunkRef store(ChunkId id, byte[] plaintext) throws FirkinException {
    Optional<ChunkRef> there = presence.find(id, plaintext.length);
    if (there.isPresent()) {
      progress.skipped(plaintext.length);
      return there.get();
    }
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
