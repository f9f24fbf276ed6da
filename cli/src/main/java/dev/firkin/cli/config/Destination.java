package dev.firkin.cli.config;

import dev.firkin.retention.RetentionPolicy;

/**
 * Where a volume's snapshots go.
 *
 * @param retention of this volume there
 */
public record Destination(Target target, RetentionPolicy retention) {}
