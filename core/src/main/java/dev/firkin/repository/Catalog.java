package dev.firkin.repository;

import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The snapshots of a repository at one moment.
 *
 * @param manifests oldest first, by the time they were taken
 * @param damaged manifests that could not be read
 */
public record Catalog(List<Manifest> manifests, List<DamagedException> damaged) {
  public Catalog {
    manifests = List.copyOf(manifests);
    damaged = List.copyOf(damaged);
  }

  /** Of one volume, oldest first. */
  public List<Manifest> volume(String volume) {
    return manifests.stream().filter(m -> m.name().volume().equals(volume)).toList();
  }

  /**
   * Every stored form of a subvolume, by the uuid a receiver knows it by: the first is the best to
   * restore from, a full one before deltas.
   */
  public List<Manifest> byUuid(SubvolumeUuid uuid) {
    List<Manifest> found = new ArrayList<>();
    for (Manifest manifest : manifests) {
      if (manifest.stream().subvolumes().stream().anyMatch(s -> s.uuid().equals(uuid))) {
        if (manifest.stream().parentUuid().isEmpty()) {
          found.addFirst(manifest);
        } else {
          found.add(manifest);
        }
      }
    }
    return List.copyOf(found);
  }

  /**
   * What has to be received for a snapshot, first to last: from the nearest snapshot that is full
   * or whose parent the receiver has.
   *
   * @param received what the receiver has already
   * @throws BrokenChainException if a parent is neither stored nor received
   */
  public List<Manifest> chain(Manifest last, Set<SubvolumeUuid> received)
      throws BrokenChainException {
    List<Manifest> chain = new ArrayList<>();
    Set<SnapshotId> seen = new HashSet<>();
    Manifest manifest = last;
    while (seen.add(manifest.id())) {
      chain.addFirst(manifest);
      Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
      if (parent.isEmpty() || received.contains(parent.get())) {
        return List.copyOf(chain);
      }
      List<Manifest> stored = byUuid(parent.get());
      if (stored.isEmpty()) {
        throw new BrokenChainException(last, manifest, parent.get());
      }
      manifest = stored.getFirst();
    }
    throw new BrokenChainException(last, manifest, manifest.stream().parentUuid().orElseThrow());
  }

  /** Whether everything that a snapshot is based on is here too. */
  public boolean restorable(Manifest manifest) {
    try {
      return !chain(manifest, Set.of()).isEmpty();
    } catch (BrokenChainException e) {
      return false;
    }
  }
}
