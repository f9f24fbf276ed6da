package dev.firkin.cli.nightly;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.nightly.RunReport.Result;
import dev.firkin.cli.session.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a run did, for the textfile collector of node_exporter, written whole or not at all.
 * Readable by all, as that collector is another user: names and times stand in it.
 */
final class MetricsFile {
  private final StringBuilder text = new StringBuilder();

  private MetricsFile() {}

  static void write(Path file, Config config, RunState state, RunReport report) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.writeString(
          temporary, new MetricsFile().of(config, state, report), StandardCharsets.UTF_8);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private String of(Config config, RunState state, RunReport report) {
    head("firkin_run_end_timestamp_seconds", "When the last run ended.");
    text.append("firkin_run_end_timestamp_seconds ")
        .append(report.ended().getEpochSecond())
        .append('\n');
    head("firkin_run_success", "Whether the last run did all that it was to do.");
    text.append("firkin_run_success ").append(report.exit() == ExitCode.DONE ? 1 : 0).append('\n');
    head(
        "firkin_last_success_timestamp_seconds",
        "When all of a volume was last found stored in a repository; 0 for never.");
    times("firkin_last_success_timestamp_seconds", config, state, RunState.At::lastSuccess);
    head(
        "firkin_newest_snapshot_timestamp_seconds",
        "When the newest snapshot of a volume in a repository was taken; 0 for none.");
    times("firkin_newest_snapshot_timestamp_seconds", config, state, RunState.At::newestTime);
    Map<String, ToDoubleFunction<Result>> gauges =
        Map.of(
            "firkin_run_new_bytes", r -> r.newBytes(),
            "firkin_run_snapshots_stored", r -> r.stored().size(),
            "firkin_run_snapshots_forgotten", r -> r.forgotten());
    gauges.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(gauge -> {
          head(gauge.getKey(), "Of the last run.");
          report
              .results()
              .forEach(r ->
                  line(gauge.getKey(), r.volume(), r.target(), gauge.getValue().applyAsDouble(r)));
        });
    return text.toString();
  }

  private void times(
      String name, Config config, RunState state, Function<RunState.At, Optional<Instant>> time) {
    for (VolumeConfig volume : config.volumes()) {
      for (Destination destination : volume.destinations()) {
        String target = destination.target().name();
        line(
            name,
            volume.name(),
            target,
            time.apply(state.at(volume.name(), target))
                .map(at -> (double) at.getEpochSecond())
                .orElse(0.0));
      }
    }
  }

  private void head(String name, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
  }

  private void line(String name, String volume, String target, double value) {
    text.append(name)
        .append("{volume=\"")
        .append(escaped(volume))
        .append("\",repository=\"")
        .append(escaped(target))
        .append("\"} ")
        .append((long) value)
        .append('\n');
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
