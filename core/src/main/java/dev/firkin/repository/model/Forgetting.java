package dev.firkin.repository.model;

import java.time.Instant;
import java.util.List;

/**
 * The record of one forget: which manifests were to go into the trash.
 *
 * @param host that did it
 */
public record Forgetting(String host, Instant at, List<Forgotten> snapshots) {
  public Forgetting {
    snapshots = List.copyOf(snapshots);
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
  }
}
