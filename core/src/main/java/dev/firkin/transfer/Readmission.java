package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.AmbiguousSnapshotException;
import dev.firkin.repository.BrokenChainException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.ForgottenRecords;
import dev.firkin.repository.ForgottenSnapshots;
import dev.firkin.repository.NoSuchSnapshotException;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of the snapshots in the trash can come back. */
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

  /** A manifest in the trash whose snapshot is not stored now. */
  private record Candidate(Trash.Thrown thrown, Manifest manifest) {}

  /** What was not dropped by will and can be put back, parents first; then what cannot, and why. */
  List<RepairStep> ofQuarantine() throws FirkinException {
    Catalog catalog = snapshots.load();
    List<Trash.Thrown> thrown = thrown();
    ForgottenRecords records = repository.forgotten().read();
    // What was dropped by will does not come back by itself: neither what its own run dropped, even
    // if the record of that is damaged and in the trash too, nor what a later one did.
    Set<String> willed = new HashSet<>(records.runs());
    thrown.forEach(each -> ForgottenSnapshots.runOf(each.original()).ifPresent(willed::add));
    thrown.removeIf(each -> willed.contains(each.run()));
    List<Candidate> quarantined = new ArrayList<>();
    Map<SnapshotId, RepairStep> dropped = new LinkedHashMap<>();
    for (Candidate each : candidates(catalog, thrown)) {
      if (records.name(each.manifest())) {
        dropped.put(each.manifest().id(), dropped(each));
      } else {
        quarantined.add(each);
      }
    }
    List<RepairStep> steps = new ArrayList<>(steps(catalog, quarantined));
    quarantined.forEach(each -> dropped.remove(each.manifest().id()));
    steps.addAll(dropped.values());
    return List.copyOf(steps);
  }

  /**
   * As the other, of what somebody names, by will or not, with all that it is based on.
   *
   * @throws NoSuchSnapshotException if one of them is not in the trash
   */
  List<RepairStep> of(Collection<String> names)
      throws FirkinException, NoSuchSnapshotException, AmbiguousSnapshotException {
    Catalog catalog = snapshots.load();
    List<Candidate> candidates = candidates(catalog, thrown());
    Map<SnapshotId, Manifest> known = new LinkedHashMap<>();
    candidates.forEach(each -> known.put(each.manifest().id(), each.manifest()));
    Catalog inTrash = new Catalog(List.copyOf(known.values()), List.of());
    Set<SnapshotId> wanted = new HashSet<>();
    for (String name : names) {
      new SnapshotQuery(inTrash)
          .formsOf(resolve(inTrash, name))
          .forEach(form -> want(form, known.values(), wanted));
    }
    return steps(
        catalog, candidates.stream().filter(c -> wanted.contains(c.manifest().id())).toList());
  }

  private static void want(
      Manifest manifest, Collection<Manifest> inTrash, Set<SnapshotId> wanted) {
    if (wanted.add(manifest.id()) && manifest.stream().parentUuid().isPresent()) {
      inTrash.stream()
          .filter(m -> m.stream().uuid().equals(manifest.stream().parentUuid()))
          .forEach(parent -> want(parent, inTrash, wanted));
    }
  }

  private static Manifest resolve(Catalog inTrash, String name)
      throws NoSuchSnapshotException, AmbiguousSnapshotException {
    try {
      return new SnapshotQuery(inTrash).resolve(name);
    } catch (NoSuchSnapshotException e) {
      throw new NoSuchSnapshotException(
          "'" + name + "' is no snapshot that lies in the trash of the repository",
          "what a prune has deleted is gone; 'firkin list' shows what is stored");
    }
  }

  private List<Trash.Thrown> thrown() throws FirkinException {
    List<Trash.Thrown> thrown = new ArrayList<>();
    repository.trash().list(thrown::add);
    return thrown;
  }

  private List<Candidate> candidates(Catalog catalog, List<Trash.Thrown> thrown)
      throws FirkinException {
    Set<SnapshotId> there = new HashSet<>();
    catalog.manifests().forEach(m -> there.add(m.id()));
    List<Candidate> candidates = new ArrayList<>();
    for (Trash.Thrown each : thrown) {
      snapshots
          .inTrash(repository.trash(), each)
          .filter(manifest -> !there.contains(manifest.id()))
          .ifPresent(manifest -> candidates.add(new Candidate(each, manifest)));
    }
    return candidates;
  }

  /** Where there are several of one snapshot, the last one that is whole. */
  private List<RepairStep> steps(Catalog catalog, List<Candidate> candidates)
      throws FirkinException {
    Map<SnapshotId, RepairStep.PutBack> whole = new LinkedHashMap<>();
    Map<SnapshotId, RepairStep.Stay> lacking = new LinkedHashMap<>();
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      Wholeness wholeness = new Wholeness(repository, presence);
      for (Candidate each : candidates) {
        examine(each.manifest(), each.thrown(), wholeness, whole, lacking);
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

  private static RepairStep.Stay dropped(Candidate candidate) {
    return new RepairStep.Stay(
        candidate.manifest(),
        candidate.thrown().original().value(),
        true,
        "it was forgotten; 'firkin repair --restore-forgotten "
            + candidate.manifest().name()
            + "' brings it back");
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
