package dev.firkin.repository;

import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The snapshots of a repository at one moment. Immutable. */
public final class Catalog {
  private final List<Manifest> manifests;
  private final List<DamagedException> damaged;
  private final Map<SubvolumeUuid, List<Manifest>> byUuid = new HashMap<>();
  private final Chains chains;

  /**
   * @param manifests oldest first, by the time they were taken
   * @param damaged manifests that could not be read
   */
  public Catalog(List<Manifest> manifests, List<DamagedException> damaged) {
    this.manifests = List.copyOf(manifests);
    this.damaged = List.copyOf(damaged);
    this.chains = Chains.of(this.manifests);
    for (Manifest manifest : this.manifests) {
      manifest.stream().subvolumes().stream()
          .map(StreamInfo.Subvolume::uuid)
          .distinct()
          .forEach(uuid -> byUuid.merge(uuid, List.of(manifest), Catalog::fullFirst));
    }
  }

  private static List<Manifest> fullFirst(List<Manifest> before, List<Manifest> last) {
    boolean full = last.getFirst().stream().parentUuid().isEmpty();
    return Stream.concat((full ? last : before).stream(), (full ? before : last).stream()).toList();
  }

  /** Oldest first, by the time they were taken. */
  public List<Manifest> manifests() {
    return manifests;
  }

  /** Those that could not be read. */
  public List<DamagedException> damaged() {
    return damaged;
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
    return byUuid.getOrDefault(uuid, List.of());
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
    // One that is not among ours can be asked for as well.
    Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
    return parent.isEmpty() || byUuid(parent.get()).stream().anyMatch(chains::restorable);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Catalog catalog
        && catalog.manifests.equals(manifests)
        && catalog.damaged.equals(damaged);
  }

  @Override
  public int hashCode() {
    return Objects.hash(manifests, damaged);
  }
}
