package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.StoreRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Commits a manifest only while nobody may have deleted what it names. A host that slept, or was
 * cut off, for longer than its lease lived asks the store for everything once more.
 */
final class GuardedCommit {
  /** Longer than a lease of a holder that died is in the way. */
  private static final Duration WAIT = Duration.ofMinutes(20);

  private final Repository repository;
  private final Snapshots snapshots;
  private final Lease lease;

  GuardedCommit(Repository repository, Snapshots snapshots, Lease lease) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.lease = lease;
  }

  /**
   * As {@link Snapshots#commit}.
   *
   * @throws SweptException if something that the manifest names, or is based on, is gone; then no
   *     manifest is left
   * @throws DamagedException if that happened when it was written already, and it stays
   */
  Snapshots.Commit commit(Manifest manifest) throws FirkinException, InterruptedException {
    if (!lease.renewed()) {
      lease.take(WAIT, found -> log("waiting for " + found.describe()));
      log("the lease was lost; asking for everything once more");
      if (!isWhole(manifest)) {
        throw new SweptException(manifest.name());
      }
    }
    Snapshots.Commit commit = snapshots.commit(manifest);
    if (lease.stillHeld()) {
      return commit;
    }
    // We slept between the question and the answer.
    boolean alone = isAlone();
    boolean whole = alone && isWhole(commit.manifest());
    if (alone && !whole && commit instanceof Snapshots.Commit.Committed && isWithdrawn(manifest)) {
      throw new SweptException(manifest.name());
    }
    if (!whole) {
      throw new DamagedException(
          Snapshots.key(manifest.id()).value(),
          manifest.name()
              + " was stored at the very moment in which another host deleted what it needs; it"
              + " cannot be restored",
          "run 'firkin push --repair' with the same snapshot, and 'firkin verify'",
          null);
    }
    return commit;
  }

  /**
   * Not before whoever took over has ended: it may be about to delete what is there now. One who
   * does not end leaves the question open, and that must not pass for a yes: the manifest is there,
   * so the next push would believe it.
   */
  private boolean isAlone() throws FirkinException, InterruptedException {
    try {
      lease.take(WAIT, found -> log("waiting for " + found.describe()));
      return true;
    } catch (LeaseHeldException e) {
      log("it is not known whether it is whole: " + e.getMessage());
      return false;
    }
  }

  /**
   * What cannot be restored is worth nothing to anybody, would be believed by the next push, and a
   * delta on what was forgotten would stop every prune: into the trash with it. Whoever may not
   * delete has to leave it.
   */
  private boolean isWithdrawn(Manifest manifest) throws FirkinException, InterruptedException {
    try {
      boolean gone =
          repository
              .trash()
              .begin(() -> {
                if (!lease.renewed()) {
                  throw new LeaseLostException();
                }
              })
              .move(Snapshots.key(manifest.id()))
              .isPresent();
      if (gone) {
        snapshots.drop(manifest.id());
      }
      return gone;
    } catch (StoreRefusedException | LeaseLostException e) {
      log(manifest.name() + " stays, though it cannot be restored: " + e.getMessage());
      return false;
    }
  }

  private boolean isWhole(Manifest manifest) throws FirkinException {
    return parentIsStored(manifest) && isStored(manifest.commands()) && isStored(manifest.data());
  }

  private boolean parentIsStored(Manifest manifest) throws FirkinException {
    Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
    if (parent.isEmpty()) {
      return true;
    }
    Catalog catalog = snapshots.load();
    List<Manifest> forms = catalog.byUuid(parent.get());
    return forms.stream().anyMatch(catalog::restorable);
  }

  private boolean isStored(ChunkRun run) throws FirkinException {
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      References references = new References(repository.pages(), run);
      for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
        if (presence.find(ref.get().id(), ref.get().plaintextBytes()).isEmpty()) {
          return false;
        }
      }
      return true;
    } catch (DamagedException e) {
      log("a page is gone: " + e.getMessage());
      return false;
    }
  }

  private static void log(String message) {
    System.getLogger(GuardedCommit.class.getName()).log(System.Logger.Level.DEBUG, message);
  }
}
