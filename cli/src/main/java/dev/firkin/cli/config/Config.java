package dev.firkin.cli.config;

import dev.firkin.retention.RetentionCalendar;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All that the file says; nothing in it contradicts anything else.
 *
 * @param file it was read from
 * @param host that snapshots are recorded with; empty: the machine's own name
 * @param calendar when the days, weeks and months of every retention begin
 * @param targets one at least, in the order of the file
 * @param volumes one at least, in the order of the file
 * @param metricsFile for the textfile collector of node_exporter
 */
public record Config(
    Path file,
    Optional<String> host,
    RetentionCalendar calendar,
    List<Target> targets,
    List<VolumeConfig> volumes,
    Hooks hooks,
    Optional<Path> metricsFile) {
  public Config {
    targets = List.copyOf(targets);
    volumes = List.copyOf(volumes);
    if (targets.isEmpty() || volumes.isEmpty()) {
      throw new IllegalArgumentException("no repository, or no volume");
    }
  }

  /** By its name. */
  public Optional<Target> target(String name) {
    return targets.stream().filter(t -> t.name().equals(name)).findFirst();
  }

  /** By its name. */
  public Optional<VolumeConfig> volume(String name) {
    return volumes.stream().filter(v -> v.name().equals(name)).findFirst();
  }
}
