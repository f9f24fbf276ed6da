package dev.firkin.cli.nightly;

/** What happened in a year. */
public final class Summary {
  int nights;
  int off;
  int pushes;
  int full;
  int brokenOff;
  int resumedLater;
  int forgotten;
  int prunes;
  int disposalsBrokenOff;
  long prunedBytes;
  long prunedChunks;
  int longestChain;
  int restored;
  int mostKept;
  int dropped;

  @Override
  public String toString() {
    return ("%d nights, in %d the host was off; %d pushes, %d of them full; %d broken off, %d of"
            + " those finished later; %d forgotten, %d dropped on the disk; %d prunes freed %d"
            + " bytes in %d chunks; %d disposals broken off; longest chain %d; at most %d kept;"
            + " %d streams restored")
        .formatted(
            nights,
            off,
            pushes,
            full,
            brokenOff,
            resumedLater,
            forgotten,
            dropped,
            prunes,
            prunedBytes,
            prunedChunks,
            disposalsBrokenOff,
            longestChain,
            mostKept,
            restored);
  }
}
