package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import java.util.List;
import java.util.Optional;

/** Whether everything that a manifest names is there, as far as a list of the store tells. */
final class Wholeness {
  private final Repository repository;
  private final ChunkPresence presence;

  Wholeness(Repository repository, ChunkPresence presence) {
    this.repository = repository;
    this.presence = presence;
  }

  /** Whether every page can be read, and every chunk is there with the length of its reference. */
  boolean isWhole(Manifest manifest) throws FirkinException {
    for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
      References references = new References(repository.pages(), run);
      try {
        for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
          if (!presence.find(ref.get().id(), ref.get().plaintextBytes()).equals(ref)) {
            return false;
          }
        }
      } catch (DamagedException e) {
        return false;
      }
    }
    return true;
  }
}
