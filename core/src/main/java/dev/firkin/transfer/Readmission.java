package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.BrokenChainException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.ForgottenRecords;
import dev.firkin.repository.ForgottenSnapshots;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of the snapshots in quarantine can come back. */
final class Readmission {
  private final Repository repository;
  private final Snapshots snapshots;

  /**
   * @param snapshots without a cache
   */
  Readmission(Repository repository, Snapshots snapshots) {
    this.repository = repository;
    this.snapshots = snapshots;
  }

  /** What can be put back, parents first; then what cannot, and why. */
  List<RepairStep> plan() throws FirkinException {
    Catalog catalog = snapshots.load();
    Set<SnapshotId> there = new HashSet<>();
    catalog.manifests().forEach(m -> there.add(m.id()));
    List<Trash.Thrown> thrown = new ArrayList<>();
    repository.trash().list(thrown::add);
    ForgottenRecords records = repository.forgotten().read();
    // What was dropped by will does not come back by itself: neither what its own run dropped, even
    // if the record of that is damaged and in the trash too, nor what a later one did.
    Set<String> willed = new HashSet<>(records.runs());
    thrown.forEach(each -> ForgottenSnapshots.runOf(each.original()).ifPresent(willed::add));
    thrown.removeIf(each -> willed.contains(each.run()));
    Map<SnapshotId, RepairStep.PutBack> whole = new LinkedHashMap<>();
    Map<SnapshotId, RepairStep.Stay> lacking = new LinkedHashMap<>();
    Map<SnapshotId, RepairStep.Stay> dropped = new LinkedHashMap<>();
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      Wholeness wholeness = new Wholeness(repository, presence);
      for (Trash.Thrown each : thrown) {
        Optional<Manifest> manifest = snapshots.inTrash(repository.trash(), each);
        if (manifest.isEmpty() || there.contains(manifest.get().id())) {
          continue;
        }
        if (records.name(manifest.get())) {
          dropped.put(manifest.get().id(), dropped(manifest.get(), each));
        } else {
          examine(manifest.get(), each, wholeness, whole, lacking);
        }
      }
    }
    List<Manifest> then = new ArrayList<>(catalog.manifests());
    whole.values().forEach(step -> then.add(step.manifest()));
    Catalog after = new Catalog(then, List.of());
    List<RepairStep> steps = new ArrayList<>();
    whole.values().stream()
        .filter(step -> after.restorable(step.manifest()))
        .sorted(Comparator.comparingInt(step -> chainLength(after, step.manifest())))
        .forEach(steps::add);
    whole.values().stream()
        .filter(step -> !after.restorable(step.manifest()))
        .map(step ->
            new RepairStep.Stay(
                step.manifest(),
                step.key(),
                false,
                "what it is a delta on is neither stored nor can be put back"))
        .forEach(steps::add);
    dropped.forEach(lacking::putIfAbsent);
    lacking.values().stream()
        .filter(step -> !whole.containsKey(step.manifest().id()))
        .forEach(steps::add);
    return List.copyOf(steps);
  }

  private static void examine(
      Manifest manifest,
      Trash.Thrown thrown,
      Wholeness wholeness,
      Map<SnapshotId, RepairStep.PutBack> whole,
      Map<SnapshotId, RepairStep.Stay> lacking)
      throws FirkinException {
    String key = thrown.original().value();
    switch (wholeness.examine(manifest)) {
      case Wholeness.Examined.Whole found ->
          whole.put(
              manifest.id(),
              new RepairStep.PutBack(manifest, key, Optional.of(thrown), found.otherLengths()));
      case Wholeness.Examined.Lacking found ->
          lacking.put(manifest.id(), new RepairStep.Stay(manifest, key, false, found.what()));
    }
  }

  private static RepairStep.Stay dropped(Manifest manifest, Trash.Thrown thrown) {
    return new RepairStep.Stay(
        manifest,
        thrown.original().value(),
        true,
        "it is on record as dropped by will; to have it back, copy "
            + thrown.at()
            + " to "
            + thrown.original());
  }

  private static int chainLength(Catalog catalog, Manifest manifest) {
    try {
      return catalog.chain(manifest, Set.of()).size();
    } catch (BrokenChainException e) {
      throw new IllegalStateException("only what can be restored is asked", e);
    }
  }

  /**
   * The same snapshot with references that state the lengths which its chunks have now, so that who
   * cannot read them does not take them for damaged. Stores its pages.
   *
   * @throws DamagedException if a chunk is gone meanwhile
   */
  Manifest restated(Manifest manifest) throws FirkinException {
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      return manifest.withRuns(
          restated(manifest.commands(), presence), restated(manifest.data(), presence));
    }
  }

  private ChunkRun restated(ChunkRun run, ChunkPresence presence) throws FirkinException {
    RunWriter writer = new RunWriter(repository.pages());
    References references = new References(repository.pages(), run);
    for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
      ChunkId id = ref.get().id();
      writer.add(
          presence
              .find(id, ref.get().plaintextBytes())
              .orElseThrow(() ->
                  new DamagedException(
                      Chunks.key(id).value(), "chunk " + id + " is missing", null, null)));
    }
    return writer.finish();
  }
}
