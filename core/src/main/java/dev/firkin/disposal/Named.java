package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chains;
import dev.firkin.repository.ChunkSet;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Gap;
import dev.firkin.repository.InParallel;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.ObjectDamagedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The chunks and pages that something names. Refuses where it is not certain that this is all of
 * them. For one thread, once filled for many. Memory: up to 43 bytes a chunk, outside the heap.
 */
final class Named implements AutoCloseable {
  private final Repository repository;
  private final ChunkSet chunks = new ChunkSet();
  private final Set<PageId> pages = new HashSet<>();

  Named(Repository repository) {
    this.repository = repository;
  }

  boolean contains(ChunkId id) {
    return chunks.contains(id);
  }

  boolean contains(PageId id) {
    return pages.contains(id);
  }

  long chunkCount() {
    return chunks.size();
  }

  /**
   * All that the snapshots name.
   *
   * @param snapshots without a cache
   * @param remembered what this host has seen in the store
   * @param forgotten is told what of that was dropped by will
   * @param missingParents whether they are no reason to stop
   * @return the snapshots that are there
   */
  Set<SnapshotId> addSnapshots(
      Snapshots snapshots,
      Collection<Manifest> remembered,
      Consumer<Manifest> forgotten,
      boolean missingParents)
      throws FirkinException {
    Catalog catalog = snapshots.load();
    if (!catalog.damaged().isEmpty()) {
      DamagedException first = catalog.damaged().getFirst();
      throw new DoubtException(String.valueOf(first.getMessage()), first);
    }
    if (!missingParents) {
      refuseBrokenChains(catalog.manifests());
    }
    refuseGap(repository, catalog, remembered, forgotten);
    try {
      Set<PageId> unread = new HashSet<>();
      for (Manifest manifest : catalog.manifests()) {
        add(manifest.commands(), unread);
        add(manifest.data(), unread);
      }
      addPages(unread);
    } catch (DamagedException e) {
      throw new DoubtException(String.valueOf(e.getMessage()), e);
    }
    return catalog.manifests().stream().map(Manifest::id).collect(Collectors.toSet());
  }

  private static void refuseBrokenChains(List<Manifest> listed) throws DoubtException {
    Chains chains = Chains.of(listed);
    for (Manifest manifest : listed) {
      if (!chains.restorable(manifest)) {
        throw new DoubtException(
            manifest.name() + " is a delta on a snapshot that is not listed",
            "run 'firkin verify'; if it was stored that way, use --missing-parents, or"
                + " missing_parents = true for its repository in firkin.toml",
            null);
      }
    }
  }

  /**
   * A list may be short of something.
   *
   * @param forgotten is told what this host has seen and was dropped by will
   */
  static void refuseGap(
      Repository repository,
      Catalog catalog,
      Collection<Manifest> remembered,
      Consumer<Manifest> forgotten)
      throws FirkinException {
    if (Gap.unlisted(catalog, remembered).isEmpty()) {
      return;
    }
    Gap gap = Gap.of(repository, catalog, remembered);
    if (!gap.hidden().isEmpty()) {
      throw new DoubtException(
          "the store has the manifest of "
              + gap.hidden().getFirst().name()
              + ", and does not list it",
          null);
    }
    gap.forgotten().forEach(forgotten);
    if (!gap.lost().isEmpty()) {
      String name = gap.lost().getFirst().name().toString();
      throw new DoubtException(
          "this host has seen "
              + name
              + ", and the store does not list it"
              + gap.damaged().stream()
                  .findFirst()
                  .map(e -> " (nor can it be told whether " + e.key() + " names it: it is damaged)")
                  .orElse(""),
          "run 'firkin verify', and mend what it names; 'firkin repair --accept-gone "
              + name
              + "' gives it up if it is gone for good",
          gap.damaged().stream().findFirst().orElse(null));
    }
  }

  private void add(ChunkRun run, Set<PageId> unread) {
    switch (run.references()) {
      case ChunkRun.References.Inline inline -> inline.refs().forEach(r -> chunks.add(r.id()));
      case ChunkRun.References.Paged paged -> unread.addAll(paged.pages());
    }
  }

  /** Snapshots of the same files share pages: each is read once. */
  private void addPages(Set<PageId> named) throws FirkinException {
    List<PageId> unread = named.stream().filter(page -> !pages.contains(page)).toList();
    InParallel.each(
        repository.store(),
        unread,
        page -> repository.pages().read(page).forEach(ref -> chunks.add(ref.id())));
    pages.addAll(unread);
  }

  /** All that a push which is not finished has stored. */
  void addUpload(Uploads.Stored upload) throws FirkinException {
    Checkpoint checkpoint = upload.checkpoint();
    try {
      for (Checkpoint.Half half : List.of(checkpoint.commands(), checkpoint.data())) {
        half.open().forEach(ref -> chunks.add(ref.id()));
        addPages(Set.copyOf(half.pages()));
      }
    } catch (DamagedException e) {
      throw new DoubtException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What snapshots in the trash name, as far as that can be read. */
  void addTrash(Snapshots snapshots, Collection<Trash.Thrown> thrown) throws FirkinException {
    for (Trash.Thrown each : new ArrayList<>(thrown)) {
      Optional<Manifest> manifest;
      try {
        manifest = snapshots.readableInTrash(repository.trash(), each);
      } catch (ObjectDamagedException e) {
        throw unreadable(e);
      }
      if (manifest.isPresent()) {
        addReadable(manifest.get().commands());
        addReadable(manifest.get().data());
      }
    }
  }

  /** It may be read tomorrow. */
  private static DoubtException unreadable(ObjectDamagedException e) {
    return new DoubtException(
        "in the trash, " + e.getMessage(),
        "where it stays so, give up what it can bring back: delete that file",
        e);
  }

  private void addReadable(ChunkRun run) throws FirkinException {
    if (run.references() instanceof ChunkRun.References.Paged paged) {
      pages.addAll(paged.pages());
    }
    References references = new References(repository.pages(), run);
    while (true) {
      try {
        Optional<ChunkRef> ref = references.next();
        if (ref.isEmpty()) {
          return;
        }
        chunks.add(ref.get().id());
      } catch (DamagedException e) {
        if (e.getCause() instanceof ObjectDamagedException damaged && damaged.isUnreadable()) {
          throw unreadable(damaged);
        }
        // It is in quarantine for that, most likely; on with the pages behind it.
        System.getLogger(Named.class.getName())
            .log(System.Logger.Level.DEBUG, "passing over a page of what is in the trash", e);
      }
    }
  }

  @Override
  public void close() {
    chunks.close();
  }
}
