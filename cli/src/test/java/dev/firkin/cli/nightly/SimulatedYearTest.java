package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A year of nights: a subvolume that changes, pushes that break off and are finished later, stores
 * that are away, retention every night here and there, a prune every week. After every night each
 * snapshot that is kept gives the very stream that was pushed, with all that it is based on; and
 * after every prune nothing is left that an earlier one, a grace period ago, saw unreferenced.
 */
@Timeout(300)
final class SimulatedYearTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  private static final int NIGHTS = 365;

  @TempDir private Path folder;

  @Test
  void linearChainsThatBeginAnewEveryTwoWeeks() throws Exception {
    Summary year = year("chain = \"linear\"\nfull_every = \"14d\"", 1);
    assertTrue(year.longestChain <= 15, year::toString);
    assertTrue(year.full >= NIGHTS / 14 - 3, year::toString);
  }

  /** Days on weeks, weeks on months: the three levels of the policy. */
  @Test
  void aTreeIsNotDeeperThanItsLevels() throws Exception {
    Summary year = year("chain = \"tree\"", 2);
    assertEquals(3, year.longestChain, year::toString);
    assertTrue(year.full <= 14, year::toString);
  }

  private Summary year(String chain, long seed) throws Exception {
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
            SimulatedYear.ZONE);
    LocalDateTime first = LocalDateTime.of(FIRST, LocalTime.of(2, 0));
    SimulatedYear year =
        new SimulatedYear(folder, config, first.atZone(SimulatedYear.ZONE).toInstant(), seed);
    Random delay = new Random(seed);
    for (int night = 1; night <= NIGHTS; night++) {
      // As a timer does it, an hour sooner or later; two in the morning is not there in March.
      Duration late = Duration.ofMinutes(delay.nextInt(60));
      year.night(first.plusDays(night).atZone(SimulatedYear.ZONE).toInstant().plus(late));
    }
    Summary summary = year.summary();
    System.out.println(config.volumes().getFirst().chain() + ": " + summary);
    assertEquals(NIGHTS, summary.nights);
    assertTrue(summary.pushes > NIGHTS * 3 / 4, summary::toString);
    assertTrue(summary.brokenOff > NIGHTS / 10, summary::toString);
    assertTrue(summary.resumedLater > summary.brokenOff / 8, summary::toString);
    assertTrue(summary.forgotten > NIGHTS / 2, summary::toString);
    assertTrue(summary.prunes > 30 && summary.prunedBytes > 0, summary::toString);
    assertTrue(summary.disposalsBrokenOff > 2, summary::toString);
    return summary;
  }
}
