package dev.firkin.it.link;

import java.time.Duration;

/**
 * What a link has carried up, against what it could.
 *
 * @param share of what it could carry while it was up
 * @param lostBytes sent for nothing, all in all: what had no answer at a cut
 * @param mostLostBytes by one cut
 */
record LinkUse(
    Duration upTime, long upBytes, double share, int cuts, long lostBytes, long mostLostBytes) {

  /** From its making until now. */
  static LinkUse of(FaultyLink link, long bytesPerSecond) {
    Duration up = link.upTime();
    return new LinkUse(
        up,
        link.upBytes(),
        link.upBytes() / (bytesPerSecond * (up.toNanos() / 1e9)),
        link.lostByCuts().size(),
        link.lostByCuts().stream().mapToLong(Long::longValue).sum(),
        link.lostByCuts().stream().mapToLong(Long::longValue).max().orElse(0));
  }
}
