package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.disposal.PruneReport.Garbage;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Deletes the chunks and pages that nothing names, once two looks at the whole repository agree, a
 * grace period apart. Dying in the middle leaves less garbage. One instance, one run.
 *
 * <p>Memory: the ids of all pages, some folders' garbage, and outside the heap up to 43 bytes for
 * each chunk that is named, is held back or was condemned.
 */
public final class Prune {
  /** A push that was not heard of for so long is not going to be resumed. */
  private static final Duration ABANDONED = Duration.ofDays(90);

  private static final KeyPrefix PROBES = KeyPrefix.of("probe/");

  private final Repository repository;
  private final Snapshots snapshots;
  private final Collection<Manifest> remembered;
  private final Consumer<Manifest> forgotten;
  private final Lease lease;
  private final Duration grace;
  private final boolean trial;
  private final boolean missingParents;
  private final PruneProgress progress;
  private final GuardedDeletion deletion;

  /**
   * How to prune.
   *
   * @param grace how long garbage waits; zero for a repository that nobody else uses
   * @param trial to change nothing
   * @param missingParents whether a delta on what is not listed is no reason to stop: somebody
   *     stored it that way
   */
  public record Options(Duration grace, boolean trial, boolean missingParents) {
    public Options {
      if (grace.isNegative()) {
        throw new IllegalArgumentException("a negative grace period: " + grace);
      }
    }
  }

  private Garbage deleted = Garbage.NONE;
  private Garbage waiting = Garbage.NONE;
  private Garbage condemned = Garbage.NONE;
  private Garbage locked = Garbage.NONE;

  /**
   * As the other, for a host that goes on remembering what was forgotten.
   *
   * @param snapshots without a cache
   * @param remembered what this host has seen in the store, read before
   * @param lease exclusive
   * @param options how
   */
  public Prune(
      Repository repository,
      Snapshots snapshots,
      Collection<Manifest> remembered,
      Lease lease,
      Options options,
      PruneProgress progress) {
    this(repository, snapshots, remembered, manifest -> {}, lease, options, progress);
  }

  /**
   * @param snapshots without a cache
   * @param remembered what this host has seen in the store, read before
   * @param forgotten is told what of that was dropped by will and is gone: it needs no remembering
   * @param lease exclusive
   * @param options how
   */
  public Prune(
      Repository repository,
      Snapshots snapshots,
      Collection<Manifest> remembered,
      Consumer<Manifest> forgotten,
      Lease lease,
      Options options,
      PruneProgress progress) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.remembered = List.copyOf(remembered);
    this.forgotten = forgotten;
    this.lease = lease;
    this.grace = options.grace();
    this.trial = options.trial();
    this.missingParents = options.missingParents();
    this.progress = progress;
    this.deletion = new GuardedDeletion(repository.store(), lease);
  }

  /**
   * @throws DoubtException if it is not certain what is needed; then nothing was deleted
   */
  public PruneReport run() throws FirkinException, InterruptedException {
    Instant now = lease.storeTime();
    Instant until = now.minus(grace);
    List<Trash.Thrown> oldTrash = new ArrayList<>();
    List<Trash.Thrown> youngTrash = new ArrayList<>();
    repository.trash().list(until, oldTrash::add, youngTrash::add);
    List<ObjectKey> abandoned = new ArrayList<>();
    try (Named named = new Named(repository);
        Named heldBack = new Named(repository);
        LockedGarbage locks = LockedGarbage.of(repository.store(), now);
        Condemnation condemnation =
            new Condemnation(repository.condemned(), repository.trash().begin(), lease, trial)) {
      Set<SnapshotId> there = named.addSnapshots(snapshots, remembered, forgotten, missingParents);
      for (Uploads.Stored upload : uploads()) {
        if (upload.modified().isBefore(now.minus(ABANDONED))) {
          abandoned.add(upload.key());
        } else {
          named.addUpload(upload);
        }
      }
      if (!grace.isZero()) {
        heldBack.addTrash(snapshots, youngTrash);
      }
      condemnation.load(until, named);
      Recorder recorder = new Recorder(repository, snapshots, lease, there);
      if (!trial) {
        recorder.tidy(Stream.concat(oldTrash.stream(), youngTrash.stream()).toList());
      }
      progress.now("deleting what nothing needs");
      delete(abandoned);
      sweepChunks(named, heldBack, condemnation, locks);
      sweepPages(named, heldBack, condemnation, locks);
      condemnation.write();
      deletion.finish();
      delete(condemnation.spent());
      if (!trial) {
        recorder.record(oldTrash);
      }
      delete(oldTrash.stream().map(Trash.Thrown::at).toList());
      delete(oldProbes(until));
      return new PruneReport(
          there.size(),
          named.chunkCount(),
          deleted,
          waiting,
          condemned,
          locked,
          locks.until(),
          locks.olderVersions(),
          oldTrash.size(),
          abandoned.size());
    }
  }

  private List<Uploads.Stored> uploads() throws FirkinException {
    try {
      return repository.uploads().all();
    } catch (DamagedException e) {
      throw new DoubtException(String.valueOf(e.getMessage()), e);
    }
  }

  private void sweepChunks(
      Named named, Named heldBack, Condemnation condemnation, LockedGarbage locks)
      throws FirkinException, InterruptedException {
    try (GarbageChunks all = new GarbageChunks(repository.chunks(), named)) {
      long looked = 0;
      for (Optional<GarbageChunks.Folder> folder = all.next();
          folder.isPresent();
          folder = all.next()) {
        looked += folder.get().chunks();
        progress.looked(looked);
        Predicate<GarbageChunks.Found> due =
            found ->
                grace.isZero()
                    || (condemnation.isRipe(found.id()) && !heldBack.contains(found.id()));
        Set<ObjectKey> kept =
            locks.among(
                folder.get().garbage().stream().filter(due).map(f -> Chunks.key(f.id())).toList());
        for (GarbageChunks.Found found : folder.get().garbage()) {
          boolean isLocked = kept.contains(Chunks.key(found.id()));
          sweep(found, due.test(found), isLocked, condemnation);
        }
      }
    }
  }

  private void sweep(
      GarbageChunks.Found found, boolean isDue, boolean isLocked, Condemnation condemnation)
      throws FirkinException, InterruptedException {
    if (isDue && !isLocked) {
      deleted = deleted.plusChunk(found.bytes());
      delete(Chunks.key(found.id()));
      return;
    }
    waiting = waiting.plusChunk(found.bytes());
    locked = isLocked ? locked.plusChunk(found.bytes()) : locked;
    // What is locked is condemned anew: what condemned it before is spent.
    if (condemnation.add(found.id())) {
      condemned = condemned.plusChunk(found.bytes());
    }
  }

  private void sweepPages(
      Named named, Named heldBack, Condemnation condemnation, LockedGarbage locks)
      throws FirkinException, InterruptedException {
    List<PageId> garbage = new ArrayList<>();
    repository
        .pages()
        .list(id -> {
          if (!named.contains(id)) {
            garbage.add(id);
          }
        });
    Predicate<PageId> due =
        id -> grace.isZero() || (condemnation.isRipe(id) && !heldBack.contains(id));
    Set<ObjectKey> kept = locks.among(garbage.stream().filter(due).map(Pages::key).toList());
    for (PageId id : garbage) {
      boolean isLocked = kept.contains(Pages.key(id));
      if (due.test(id) && !isLocked) {
        deleted = deleted.plusPage();
        delete(Pages.key(id));
        continue;
      }
      waiting = waiting.plusPage();
      locked = isLocked ? locked.plusPage() : locked;
      if (condemnation.add(id)) {
        condemned = condemned.plusPage();
      }
    }
  }

  private List<ObjectKey> oldProbes(Instant until) throws FirkinException {
    List<ObjectKey> old = new ArrayList<>();
    repository
        .store()
        .list(
            PROBES,
            info -> {
              if (info.modified().isBefore(until)) {
                old.add(info.key());
              }
            });
    return old;
  }

  private void delete(List<ObjectKey> keys) throws FirkinException, InterruptedException {
    for (ObjectKey key : keys) {
      delete(key);
    }
    deletion.finish();
  }

  private void delete(ObjectKey key) throws FirkinException, InterruptedException {
    if (!trial) {
      deletion.add(key);
      progress.deleted(progress.deleted() + 1);
    }
  }
}
