package dev.firkin.repository;

import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each of many snapshots is restored from, computed at once for all: of a parent that is
 * stored in several forms, the one with the shortest chain. Immutable.
 */
public final class Chains {
  private final Map<SnapshotId, Manifest> parents = new HashMap<>();
  private final Map<SnapshotId, Integer> lengths = new HashMap<>();
  private final Map<SubvolumeUuid, List<Manifest>> byParent = new HashMap<>();

  private Chains() {}

  public static Chains of(Collection<Manifest> manifests) {
    Chains chains = new Chains();
    Deque<Manifest> found = new ArrayDeque<>();
    for (Manifest manifest : manifests) {
      Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
      if (parent.isPresent()) {
        chains.byParent.computeIfAbsent(parent.get(), uuid -> new ArrayList<>()).add(manifest);
      } else {
        chains.lengths.put(manifest.id(), 1);
        found.add(manifest);
      }
    }
    // Breadth first: whoever is reached, is reached by the shortest way.
    while (!found.isEmpty()) {
      Manifest next = found.remove();
      for (Manifest child : chains.deltasOn(next)) {
        if (chains.lengths.putIfAbsent(child.id(), chains.length(next) + 1) == null) {
          chains.parents.put(child.id(), next);
          found.add(child);
        }
      }
    }
    return chains;
  }

  /** Whether everything that a snapshot is based on is there. */
  public boolean restorable(Manifest manifest) {
    return lengths.containsKey(manifest.id());
  }

  /**
   * How many streams a restore takes.
   *
   * @throws IllegalArgumentException if it cannot be restored
   */
  public int length(Manifest manifest) {
    Integer length = lengths.get(manifest.id());
    if (length == null) {
      throw new IllegalArgumentException(manifest.name() + " cannot be restored");
    }
    return length;
  }

  /** What a restore takes before the snapshot itself; empty for a full one. */
  public Optional<Manifest> parent(Manifest manifest) {
    return Optional.ofNullable(parents.get(manifest.id()));
  }

  /** All deltas that a snapshot can be the parent of, whichever form they are restored from. */
  public List<Manifest> deltasOn(Manifest manifest) {
    return manifest.stream().subvolumes().stream()
        .flatMap(s -> byParent.getOrDefault(s.uuid(), List.of()).stream())
        .toList();
  }

  /** What has to be received for a snapshot, first to last, and it itself. */
  public List<Manifest> to(Manifest manifest) {
    List<Manifest> chain = new ArrayList<>();
    for (Optional<Manifest> next = Optional.of(manifest); next.isPresent(); ) {
      chain.add(next.get());
      next = parent(next.get());
    }
    Collections.reverse(chain);
    return List.copyOf(chain);
  }
}
