package dev.firkin.transfer;

/**
 * What no snapshot needs: of pushes that are going on, that will be resumed, or that never will. No
 * harm but for the room it takes.
 *
 * @param chunks that no manifest leads to
 * @param chunkBytes stored bytes of these
 * @param pages that no manifest names
 * @param unfinished pushes that left a checkpoint which can be read
 */
public record Leftovers(long chunks, long chunkBytes, long pages, long unfinished) {
  /** Whether there is nothing. */
  public boolean none() {
    return chunks == 0 && pages == 0 && unfinished == 0;
  }
}
