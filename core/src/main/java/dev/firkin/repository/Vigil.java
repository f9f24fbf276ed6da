package dev.firkin.repository;

import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For how long somebody who waits has seen leases unchanged, by a clock that nobody sets. Where the
 * store's clock was set back by hours, a lease of the dead would be in the way for as long. Not
 * thread-safe.
 */
final class Vigil {
  private record Seen(Version version, long sinceNanos) {}

  private final Map<ObjectKey, Seen> seen = new HashMap<>();

  /** Looks at all leases that there are. */
  void look(List<ObjectInfo> leases) {
    long now = System.nanoTime();
    for (ObjectInfo lease : leases) {
      seen.merge(
          lease.key(),
          new Seen(lease.version(), now),
          (old, fresh) -> old.version.equals(fresh.version) ? old : fresh);
    }
  }

  /** For how long one that was looked at has been as it is now. */
  Duration unchanged(ObjectInfo lease) {
    Seen since = seen.get(lease.key());
    return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since.sinceNanos);
  }
}
