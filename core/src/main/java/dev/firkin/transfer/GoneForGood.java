package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.AmbiguousSnapshotException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Gap;
import dev.firkin.repository.NoSuchSnapshotException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The snapshots that this host has seen in the store, and whose manifests are lost. */
public final class GoneForGood {
  private final Repository repository;
  private final Catalog lost;

  private GoneForGood(Repository repository, Catalog lost) {
    this.repository = repository;
    this.lost = lost;
  }

  /**
   * Neither what was dropped by will nor what is in quarantine.
   *
   * @param snapshots without a cache
   * @param remembered what this host has seen in the store, read before
   */
  public static GoneForGood among(
      Repository repository, Snapshots snapshots, Collection<Manifest> remembered)
      throws FirkinException {
    List<Manifest> lost = new ArrayList<>(Gap.of(repository, snapshots.load(), remembered).lost());
    lost.sort(Comparator.comparing(Manifest::time));
    return new GoneForGood(repository, new Catalog(lost, List.of()));
  }

  /**
   * All forms of the snapshots that somebody names.
   *
   * @throws NoSuchSnapshotException if one of them is not lost
   */
  public List<RepairStep.GiveUp> giveUp(Collection<String> names)
      throws NoSuchSnapshotException, AmbiguousSnapshotException {
    List<RepairStep.GiveUp> steps = new ArrayList<>();
    for (String name : names) {
      Manifest meant = resolve(name);
      new SnapshotQuery(lost)
          .formsOf(meant).stream()
              .map(m -> new RepairStep.GiveUp(m, Snapshots.key(m.id()).value()))
              .filter(step -> !steps.contains(step))
              .forEach(steps::add);
    }
    return List.copyOf(steps);
  }

  private Manifest resolve(String name) throws NoSuchSnapshotException, AmbiguousSnapshotException {
    try {
      return new SnapshotQuery(lost).resolve(name);
    } catch (NoSuchSnapshotException e) {
      throw new NoSuchSnapshotException(
          "'" + name + "' is no snapshot that this host has seen in the store and that is gone",
          "'firkin verify' names those that are; 'firkin forget' drops one that is there");
    }
  }

  /**
   * Those of them that a repair can put back: all their pages and chunks are there.
   *
   * @param steps of {@link #giveUp}
   */
  public List<Manifest> whole(Collection<RepairStep.GiveUp> steps) throws FirkinException {
    List<Manifest> whole = new ArrayList<>();
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      Wholeness wholeness = new Wholeness(repository, presence);
      for (RepairStep.GiveUp step : steps) {
        if (wholeness.isWhole(step.manifest())) {
          whole.add(step.manifest());
        }
      }
    }
    return List.copyOf(whole);
  }
}
