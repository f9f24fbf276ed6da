package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.Pages;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The chunks and pages of a repository that neither a snapshot nor an unfinished push names, since
 * when that is so, and which prunes should have seen it. Reckoned without the code that prunes.
 */
final class Unreferenced {
  private record Pruned(Instant begun, Instant ended) {}

  private final Repository repository;
  private final Map<ObjectKey, Instant> since = new HashMap<>();
  private final Map<SnapshotId, Set<ObjectKey>> named = new HashMap<>();
  private final List<Pruned> prunes = new ArrayList<>();

  Unreferenced(Repository repository) {
    this.repository = repository;
  }

  /** Notes what is unreferenced now. */
  void look(Instant now) throws FirkinException {
    Set<ObjectKey> needed = new HashSet<>();
    for (Manifest manifest : repository.snapshots(ObjectCache.none()).load().manifests()) {
      needed.addAll(namedBy(manifest));
    }
    for (Uploads.Stored upload : repository.uploads().all()) {
      Checkpoint checkpoint = upload.checkpoint();
      for (Checkpoint.Half half : List.of(checkpoint.commands(), checkpoint.data())) {
        half.open().forEach(ref -> needed.add(Chunks.key(ref.id())));
        half.pages().forEach(page -> needed.add(Pages.key(page)));
        for (var page : half.pages()) {
          repository.pages().read(page).forEach(ref -> needed.add(Chunks.key(ref.id())));
        }
      }
    }
    Set<ObjectKey> there = new HashSet<>();
    for (String folder : List.of("chunks/", "pages/")) {
      repository.store().list(KeyPrefix.of(folder), info -> there.add(info.key()));
    }
    there.removeAll(needed);
    since.keySet().retainAll(there);
    there.forEach(key -> since.putIfAbsent(key, now));
  }

  private Set<ObjectKey> namedBy(Manifest manifest) throws FirkinException {
    Set<ObjectKey> known = named.get(manifest.id());
    if (known != null) {
      return known;
    }
    Set<ObjectKey> keys = new HashSet<>();
    for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
      if (run.references() instanceof ChunkRun.References.Paged paged) {
        paged.pages().forEach(page -> keys.add(Pages.key(page)));
      }
      References references = new References(repository.pages(), run);
      for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
        keys.add(Chunks.key(ref.get().id()));
      }
    }
    named.put(manifest.id(), keys);
    return keys;
  }

  /**
   * A prune came to its end.
   *
   * @param grace that it was run with
   * @return what is still there, though an earlier one saw it unreferenced longer ago than that
   */
  List<ObjectKey> overdue(Instant begun, Instant ended, Duration grace) {
    Instant until = begun.minus(grace);
    Optional<Instant> sawIt =
        prunes.stream()
            .filter(prune -> prune.ended().isBefore(until))
            .map(Pruned::begun)
            .reduce((earlier, later) -> later);
    prunes.add(new Pruned(begun, ended));
    return sawIt.stream()
        .flatMap(saw ->
            since.entrySet().stream()
                .filter(garbage -> garbage.getValue().isBefore(saw))
                .map(Map.Entry::getKey))
        .toList();
  }

  /** Forgotten manifests that were there before then. */
  List<ObjectKey> trash(Instant before) throws FirkinException {
    List<ObjectKey> old = new ArrayList<>();
    repository
        .store()
        .list(
            KeyPrefix.of("trash/"),
            info -> {
              if (info.modified().isBefore(before)) {
                old.add(info.key());
              }
            });
    return old;
  }

  int count() {
    return since.size();
  }
}
