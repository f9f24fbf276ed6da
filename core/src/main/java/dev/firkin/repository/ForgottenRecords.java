package dev.firkin.repository;

import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the records below {@code forgotten/} say, as they were read. Immutable. */
public final class ForgottenRecords {
  private final Map<ObjectKey, Forgetting> byKey;
  private final List<DamagedException> damaged;
  private final Map<SnapshotId, Instant> last = new HashMap<>();

  ForgottenRecords(Map<ObjectKey, Forgetting> byKey, List<DamagedException> damaged) {
    this.byKey = Collections.unmodifiableMap(new TreeMap<>(byKey));
    this.damaged = List.copyOf(damaged);
    for (Forgetting forgetting : byKey.values()) {
      for (Forgotten each : forgetting.snapshots()) {
        last.merge(each.id(), each.committedAt(), (a, b) -> a.isAfter(b) ? a : b);
      }
    }
  }

  /** Those that could be read. */
  Map<ObjectKey, Forgetting> byKey() {
    return byKey;
  }

  /** Those that could not: what they name is not known. */
  public List<DamagedException> damaged() {
    return damaged;
  }

  /** The runs of the trash that dropped by will, by their names; by damaged records too. */
  public Set<String> runs() {
    Set<String> runs = byKey.keySet().stream().map(ObjectKey::name).collect(Collectors.toSet());
    damaged.forEach(e -> runs.add(ObjectKey.of(e.key()).name()));
    return Set.copyOf(runs);
  }

  /** Whether the record of this very run names a snapshot. */
  public boolean names(String run, SnapshotId id) {
    Forgetting forgetting = byKey.get(ForgottenSnapshots.key(run));
    return forgetting != null
        && forgetting.snapshots().stream().anyMatch(each -> each.id().equals(id));
  }

  /** Whether a snapshot was dropped by will since it was written thus. */
  public boolean name(Manifest manifest) {
    Instant committed = last.get(manifest.id());
    // One that a repair has written anew since this host has seen it is the same snapshot.
    return committed != null && !manifest.source().committedAt().isAfter(committed);
  }

  /** Those of the given that were dropped by will. */
  public Set<Manifest> among(Collection<Manifest> manifests) {
    Set<Manifest> among = new HashSet<>();
    for (Manifest manifest : manifests) {
      if (name(manifest)) {
        among.add(manifest);
      }
    }
    return Set.copyOf(among);
  }
}
