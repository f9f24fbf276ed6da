package dev.firkin.repository;

import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
   * or whose parent the receiver has. Of a parent that is stored in several forms, the one with the
   * shortest way is taken.
   *
   * @param received what the receiver has already
   * @throws BrokenChainException if every way ends at a parent that is neither stored nor received
   */
  public List<Manifest> chain(Manifest last, Set<SubvolumeUuid> received)
      throws BrokenChainException {
    Map<SnapshotId, Manifest> receivedNext = new HashMap<>();
    Set<SnapshotId> seen = new HashSet<>(Set.of(last.id()));
    Deque<Manifest> ways = new ArrayDeque<>(List.of(last));
    Optional<BrokenChainException> broken = Optional.empty();
    Manifest manifest = last;
    while (!ways.isEmpty()) {
      manifest = ways.removeFirst();
      Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
      if (parent.isEmpty() || received.contains(parent.get())) {
        return from(manifest, receivedNext);
      }
      List<Manifest> forms = byUuid(parent.get());
      if (forms.isEmpty() && broken.isEmpty()) {
        broken = Optional.of(new BrokenChainException(last, manifest, parent.get()));
      }
      for (Manifest form : forms) {
        if (seen.add(form.id())) {
          receivedNext.put(form.id(), manifest);
          ways.addLast(form);
        }
      }
    }
    if (broken.isPresent()) {
      throw broken.get();
    }
    throw new BrokenChainException(last, manifest, manifest.stream().parentUuid().orElseThrow());
  }

  private static List<Manifest> from(Manifest first, Map<SnapshotId, Manifest> receivedNext) {
    List<Manifest> chain = new ArrayList<>();
    for (Manifest m = first; m != null; m = receivedNext.get(m.id())) {
      chain.add(m);
    }
    return List.copyOf(chain);
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
