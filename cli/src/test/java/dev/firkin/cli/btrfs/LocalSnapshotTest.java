package dev.firkin.cli.btrfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalSnapshotTest {
  @ParameterizedTest
  @CsvSource({"home, home", "@home, home", "@, root", "@@x, x", "a@b, a@b"})
  void dropsTheAtOfDistributions(String subvolume, String volume) {
    assertEquals(volume, LocalSnapshot.plain(subvolume));
  }
}
