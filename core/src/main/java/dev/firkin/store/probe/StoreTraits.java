package dev.firkin.store.probe;

import dev.firkin.store.StoreRefusedException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a store was seen to do, once: a promise kept in a probe may still be broken later, one
 * broken in a probe is no promise.
 *
 * @param write the time that a put of some bytes took
 * @param read that a get took
 * @param list that a list of a few objects took
 * @param listsAtOnce whether a list shows what was put before it, and no longer what was deleted
 * @param readsNewest whether a get after an overwrite gives the new bytes
 * @param ifAbsent puts on condition that there is no object
 * @param ifMatches puts on condition that the object is still the same version
 * @param decidesConditions whether the store took the conditions itself; where it refused to, who
 *     won may be luck
 * @param deletion why nothing can be deleted; empty where it can
 * @param ahead how far the store's clock is ahead of this host's; negative if it is behind; zero
 *     where the difference is too small to be seen
 */
public record StoreTraits(
    Duration write,
    Duration read,
    Duration list,
    boolean listsAtOnce,
    boolean readsNewest,
    Rivalry ifAbsent,
    Rivalry ifMatches,
    boolean decidesConditions,
    Optional<StoreRefusedException> deletion,
    Duration ahead) {

  /** Whether puts under conditions can be relied upon. */
  public boolean conditions() {
    return decidesConditions && ifAbsent.fair() && ifMatches.fair();
  }
}
