package dev.firkin.cli.config;

import dev.firkin.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A subvolume of this host, its snapshots, and where they go.
 *
 * @param name also in the repositories
 * @param subvolume absolute
 * @param snapshotFolder absolute
 * @param snapshotName what new snapshots are called
 * @param snapshotPattern which entries of the folder are snapshots of this volume; empty: those
 *     that are called as new ones are
 * @param snapshotCreate when to make one
 * @param localRetention of the snapshots in the folder
 * @param destinations one at least, each target once
 * @param chain what a delta is based on
 * @param fullEvery how often a snapshot is sent in full; empty: only the first
 * @param maxAge how long ago the last success may be until somebody should know
 */
public record VolumeConfig(
    String name,
    Path subvolume,
    Path snapshotFolder,
    SnapshotNameFormat snapshotName,
    SnapshotPattern snapshotPattern,
    SnapshotCreate snapshotCreate,
    RetentionPolicy localRetention,
    List<Destination> destinations,
    Chain chain,
    Optional<Duration> fullEvery,
    Duration maxAge) {
  public VolumeConfig {
    destinations = List.copyOf(destinations);
    if (destinations.isEmpty()) {
      throw new IllegalArgumentException("the volume " + name + " goes nowhere");
    }
    if (fullEvery.isPresent() && chain == Chain.TREE) {
      throw new IllegalArgumentException("full_every is for linear chains");
    }
  }

  /**
   * How old the newest snapshot is, where that is older than anybody may expect: then nobody makes
   * them any more.
   *
   * @param newest when it was taken
   */
  public Optional<Duration> staleness(Optional<Instant> newest, Instant now) {
    return snapshotCreate == SnapshotCreate.ONCHANGE
        ? Optional.empty() // nothing may have changed for years
        : newest.map(n -> Duration.between(n, now)).filter(old -> old.compareTo(maxAge) > 0);
  }

  /** When a snapshot is made before a push. */
  public enum SnapshotCreate {
    ALWAYS,
    /** Where anything has changed since the last one. */
    ONCHANGE,
    /** Others make them. */
    NEVER
  }

  /** What a delta is based on. */
  public enum Chain {
    /** The newest common snapshot. */
    LINEAR,
    /** The newest kept snapshot of the next coarser level of retention. */
    TREE
  }
}
