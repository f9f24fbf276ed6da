package dev.firkin.transfer;

import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a verify has found so far, by object. Not thread-safe. */
final class Damages {
  private final Map<String, Damage> byKey = new LinkedHashMap<>();

  /** One object, and who is hurt by it. */
  static final class Damage {
    private final Finding.Kind kind;
    private final String message;
    private final Set<SnapshotId> needing = new LinkedHashSet<>();
    private final Set<SnapshotName> direct = new LinkedHashSet<>();
    private final Set<SnapshotName> affected = new LinkedHashSet<>();

    private Damage(Finding.Kind kind, String message) {
      this.kind = kind;
      this.message = message;
    }

    Finding.Kind kind() {
      return kind;
    }

    /** Stored snapshots that need the object itself. */
    Set<SnapshotId> needing() {
      return needing;
    }

    /** This snapshot, which is stored, needs the object itself. */
    Damage needs(Manifest manifest) {
      needing.add(manifest.id());
      return names(manifest);
    }

    /** This snapshot is what the object was, or what it tells of. */
    Damage names(Manifest manifest) {
      direct.add(manifest.name());
      return affects(manifest);
    }

    /** This snapshot cannot be restored because of it. */
    Damage affects(Manifest manifest) {
      affected.add(manifest.name());
      return this;
    }
  }

  boolean contains(String key) {
    return byKey.containsKey(key);
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** The damage of an object; the first that was found counts. */
  Damage at(Finding.Kind kind, String key, String message) {
    return byKey.computeIfAbsent(key, k -> new Damage(kind, message));
  }

  Damage at(String key) {
    Damage damage = byKey.get(key);
    if (damage == null) {
      throw new IllegalArgumentException("nothing is known of " + key);
    }
    return damage;
  }

  Map<String, Damage> byKey() {
    return byKey;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    byKey.forEach((key, d) ->
        findings.add(
            new Finding(d.kind, key, d.message, List.copyOf(d.direct), List.copyOf(d.affected))));
    return findings;
  }
}
