package dev.firkin.it.link;

import java.time.Duration;
import java.util.List;

/**
 * What a link has carried up, against what it could.
 *
 * @param upTime for how long it was up
 * @param share of what it could carry in that time
 * @param lostBytes sent for nothing, all in all: what had no answer at a cut
 * @param mostLostBytes by one cut
 */
record LinkUse(
    Duration upTime, long upBytes, double share, int cuts, long lostBytes, long mostLostBytes) {

  /** A moment from which to look. */
  record Start(Duration upTime, long upBytes, int cuts) {
    static Start of(FaultyLink link) {
      return new Start(link.upTime(), link.upBytes(), link.lostByCuts().size());
    }

    /** Until now. */
    LinkUse use(FaultyLink link, long bytesPerSecond) {
      Duration up = link.upTime().minus(upTime);
      long bytes = link.upBytes() - upBytes;
      List<Long> lost = link.lostByCuts().stream().skip(cuts).toList();
      return new LinkUse(
          up,
          bytes,
          bytes / (bytesPerSecond * (up.toNanos() / 1e9)),
          lost.size(),
          lost.stream().mapToLong(Long::longValue).sum(),
          lost.stream().mapToLong(Long::longValue).max().orElse(0));
    }
  }
}
