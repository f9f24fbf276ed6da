package dev.firkin.cli.nightly;

import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.VolumeConfig;
import java.time.ZoneId;

/** One volume to be brought into one repository. */
record Work(VolumeConfig volume, Destination destination, LocalSnapshots local) {
  DestinationPlan plan(ZoneId zone, String host) {
    return new DestinationPlan(volume, destination, local, zone, host);
  }
}
