package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A year of nights: a subvolume that changes, pushes that break off and are finished later, stores
 * that are away, retention every night here and there, a prune every week. After every night each
 * snapshot that is kept gives the very stream that was pushed, with all that it is based on; and
 * after every prune nothing is left that an earlier one, a grace period ago, saw unreferenced.
 */
public final class SimulatedYear {
  public static final int NIGHTS = 365;

  private static final LocalDateTime FIRST =
      LocalDateTime.of(LocalDate.of(2026, 1, 1), LocalTime.of(2, 0));

  private final ModelHost host;
  private final Random delay;
  private int night;

  /**
   * The day before its first night.
   *
   * @param folder for what the host keeps
   * @param chain lines of the configuration, of how the volume's deltas are chained
   */
  public SimulatedYear(Path folder, String chain, long seed) throws FirkinException {
    Config config =
        ConfigFile.parse(
            folder.resolve("firkin.toml"),
            """
            [repository.far]
            url = "/far"
            preserve_min = "2d"
            preserve = "7d 4w 6m"
            prune = "7d"
            grace = "7d"
            [volume.home]
            subvolume = "/disk/home"
            snapshot_dir = "/disk/snapshots"
            preserve_min = "latest"
            %s
            """
                .formatted(chain)
                .getBytes(StandardCharsets.UTF_8),
            ModelHost.ZONE);
    this.host = new ModelHost(folder, config, FIRST.atZone(ModelHost.ZONE).toInstant(), seed);
    this.delay = new Random(seed);
  }

  /** The next night, and all that is to be true after it. */
  public void night() throws Exception {
    night++;
    // As a timer does it, an hour sooner or later; two in the morning is not there in March.
    Duration late = Duration.ofMinutes(delay.nextInt(60));
    host.night(FIRST.plusDays(night).atZone(ModelHost.ZONE).toInstant().plus(late));
  }

  public Summary summary() {
    return host.summary();
  }

  /** The repository, which is not encrypted. */
  public ObjectStore store() {
    return host.owner().store();
  }

  /** What the repository has now. */
  public List<SnapshotName> stored() throws FirkinException {
    return host.owner().snapshots(ObjectCache.none()).load().manifests().stream()
        .map(Manifest::name)
        .toList();
  }

  /** What each file of a snapshot held when it was taken. */
  public Map<String, byte[]> files(SnapshotName snapshot) {
    return host.disk().files(snapshot.name());
  }
}
