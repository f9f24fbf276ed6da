package dev.firkin.cli.config;

import java.time.Instant;
import java.util.Comparator;

/**
 * When a snapshot was taken, as its name says.
 *
 * @param at exact to the smallest unit in the name
 * @param copy 0; or n for the nth further snapshot under the same name
 */
public record SnapshotTime(Instant at, int copy) implements Comparable<SnapshotTime> {
  private static final Comparator<SnapshotTime> ORDER =
      Comparator.comparing(SnapshotTime::at).thenComparingInt(SnapshotTime::copy);

  public SnapshotTime {
    if (copy < 0) {
      throw new IllegalArgumentException("copy " + copy);
    }
  }

  @Override
  public int compareTo(SnapshotTime other) {
    return ORDER.compare(this, other);
  }
}
