package dev.firkin.repository.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A record of what was dropped by will.
 *
 * @param host that did it
 * @param snapshots whose manifests are gone
 */
public record Forgetting(String host, Instant at, List<Forgotten> snapshots) {
  public Forgetting {
    snapshots = List.copyOf(snapshots);
  }

  /** By a host, now; naming nothing yet. */
  public static Forgetting by(String host) {
    return new Forgetting(host, Instant.now().truncatedTo(ChronoUnit.MILLIS), List.of());
  }

  /** The same, of other snapshots. */
  public Forgetting naming(List<Forgotten> others) {
    return new Forgetting(host, at, others);
  }

  /**
   * One of them.
   *
   * @param committedAt of the manifest: the same snapshot may have been pushed again since
   */
  public record Forgotten(SnapshotId id, SnapshotName name, Instant committedAt) {
    public static Forgotten of(Manifest manifest) {
      return new Forgotten(manifest.id(), manifest.name(), manifest.source().committedAt());
    }

    /** Of two manifests of a snapshot the one that was written last. */
    public static Forgotten later(Forgotten a, Forgotten b) {
      return a.committedAt().isAfter(b.committedAt()) ? a : b;
    }
  }
}
