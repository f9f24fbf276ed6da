package dev.firkin.repository.model;

import java.time.Instant;

/**
 * Somebody's wish that a snapshot is kept.
 *
 * @param host on which it was said
 */
public record KeepTag(SnapshotId id, String host, Instant at) {}
