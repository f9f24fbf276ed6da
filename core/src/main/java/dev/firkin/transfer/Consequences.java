package dev.firkin.transfer;

import dev.firkin.repository.BrokenChainException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.Damages.Damage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows damage through the chains: a delta is worth what its parents are worth. */
final class Consequences {
  private static final int VERSIONS = 3;

  private final Snapshots snapshots;
  private final Catalog catalog;
  private final Damages damages;

  /** By the uuid of a snapshot that is lost: the objects that held it, in whatever form. */
  private final Map<SubvolumeUuid, Set<String>> lost = new HashMap<>();

  /** Damaged manifests of which nothing is known but their id. */
  private final Map<SnapshotId, String> unknown = new HashMap<>();

  private Consequences(Snapshots snapshots, Catalog catalog, Damages damages) {
    this.snapshots = snapshots;
    this.catalog = catalog;
    this.damages = damages;
  }

  /**
   * Adds to each damage the snapshots that are affected through their chains, and a damage for each
   * parent that is simply not there.
   *
   * @param remembered manifests that were in the store once
   * @return the stored snapshots that cannot be restored as things stand, oldest first
   */
  static List<VerifyReport.Broken> follow(
      Snapshots snapshots, Catalog catalog, Damages damages, List<Manifest> remembered) {
    Consequences consequences = new Consequences(snapshots, catalog, damages);
    consequences.lostManifests(remembered);
    consequences.followChains();
    return consequences.broken();
  }

  private void lostManifests(List<Manifest> remembered) {
    Map<String, Manifest> known = new HashMap<>();
    remembered.forEach(m -> known.put(Snapshots.key(m.id()).value(), m));
    damages
        .byKey()
        .forEach((key, damage) -> {
          if (damage.kind() == Finding.Kind.MANIFEST
              || damage.kind() == Finding.Kind.SNAPSHOT_GONE) {
            Manifest manifest = known.get(key);
            if (manifest != null) {
              damage.names(manifest);
              for (StreamInfo.Subvolume subvolume : manifest.stream().subvolumes()) {
                lost.computeIfAbsent(subvolume.uuid(), u -> new HashSet<>()).add(key);
              }
            } else {
              idOf(key).ifPresent(id -> unknown.put(id, key));
            }
          }
        });
  }

  private static Optional<SnapshotId> idOf(String key) {
    try {
      return Optional.of(SnapshotId.parse(key.substring(key.lastIndexOf('/') + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no manifest's name
    }
  }

  private void followChains() {
    Map<SnapshotId, List<Damage>> needing = new HashMap<>();
    damages
        .byKey()
        .values()
        .forEach(damage ->
            damage
                .needing()
                .forEach(id -> needing.computeIfAbsent(id, i -> new ArrayList<>()).add(damage)));
    for (Manifest manifest : catalog.manifests()) {
      try {
        for (Manifest link : catalog.chain(manifest, Set.of())) {
          needing.getOrDefault(link.id(), List.of()).forEach(damage -> damage.affects(manifest));
        }
      } catch (BrokenChainException e) {
        for (Link missing : missingParents(manifest)) {
          reasons(missing, e).forEach(damage -> damage.affects(manifest));
        }
      }
    }
  }

  private record Link(Manifest delta, SubvolumeUuid parent) {}

  /** Every way to a full snapshot, up to where it ends. */
  private List<Link> missingParents(Manifest manifest) {
    List<Link> missing = new ArrayList<>();
    Set<SnapshotId> seen = new HashSet<>(Set.of(manifest.id()));
    Deque<Manifest> ways = new ArrayDeque<>(List.of(manifest));
    while (!ways.isEmpty()) {
      Manifest next = ways.removeFirst();
      // Only what leads nowhere is asked, so there is always a parent.
      SubvolumeUuid parent = next.stream().parentUuid().orElseThrow();
      List<Manifest> forms = catalog.byUuid(parent);
      if (forms.isEmpty()) {
        missing.add(new Link(next, parent));
      }
      forms.stream().filter(form -> seen.add(form.id())).forEach(ways::addLast);
    }
    return missing;
  }

  /** Why a parent is not there: its object is damaged or gone; or nobody knows. */
  private List<Damage> reasons(Link missing, BrokenChainException e) {
    Set<String> keys = lost.computeIfAbsent(missing.parent(), this::recognised);
    if (!keys.isEmpty()) {
      return keys.stream().map(damages::at).toList();
    }
    String key = Snapshots.key(missing.delta().id()).value();
    return List.of(
        damages.at(Finding.Kind.CHAIN, key, String.valueOf(e.getMessage())).names(missing.delta()));
  }

  /**
   * A damaged manifest tells nothing, but its id follows from what was in it, and that can be
   * tried: a snapshot with this uuid, sent in full or on any other that is known.
   */
  private Set<String> recognised(SubvolumeUuid uuid) {
    Set<String> keys = new HashSet<>();
    if (unknown.isEmpty()) {
      return keys;
    }
    Set<Optional<SubvolumeUuid>> parents = new HashSet<>(Set.of(Optional.empty()));
    for (Manifest manifest : catalog.manifests()) {
      manifest.stream().subvolumes().forEach(s -> parents.add(Optional.of(s.uuid())));
      manifest.stream().parentUuid().ifPresent(parent -> parents.add(Optional.of(parent)));
    }
    for (int version = 1; version <= VERSIONS; version++) {
      for (Optional<SubvolumeUuid> parent : parents) {
        String key = unknown.get(snapshots.id(SnapshotIdentity.of(version, uuid, parent)));
        if (key != null) {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private List<VerifyReport.Broken> broken() {
    Set<SnapshotId> damaged = new HashSet<>();
    damages.byKey().values().stream()
        // What we cannot read, others may: that takes nothing away from a snapshot.
        .filter(damage -> damage.kind() != Finding.Kind.CHUNK_UNREADABLE)
        .forEach(damage -> damaged.addAll(damage.needing()));
    Catalog sound =
        new Catalog(
            catalog.manifests().stream().filter(m -> !damaged.contains(m.id())).toList(),
            List.of());
    return catalog.manifests().stream()
        .filter(m -> damaged.contains(m.id()) || !sound.restorable(m))
        .map(m -> new VerifyReport.Broken(m, damaged.contains(m.id())))
        .toList();
  }
}
