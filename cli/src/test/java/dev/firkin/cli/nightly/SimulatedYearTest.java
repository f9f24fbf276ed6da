package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That a year is as {@link SimulatedYear} promises, for both policies of chains. */
@Timeout(300)
final class SimulatedYearTest {
  private static final int NIGHTS = SimulatedYear.NIGHTS;

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
    SimulatedYear year = new SimulatedYear(folder, chain, seed);
    for (int night = 0; night < NIGHTS; night++) {
      year.night();
    }
    Summary summary = year.summary();
    System.out.println(chain.lines().toList() + ": " + summary);
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
