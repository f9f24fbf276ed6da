package dev.firkin.cli.nightly;

import dev.firkin.sendstream.SubvolumeUuid;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who needs which of a volume's local snapshots: known where it is known of every repository.
 * Decides; deletes nothing. Not thread-safe.
 */
final class LocalNeeds {
  private final LocalSnapshots local;
  private final Map<SubvolumeUuid, String> needed = new HashMap<>();
  private boolean known = true;

  LocalNeeds(LocalSnapshots local) {
    this.local = local;
  }

  /**
   * Of one repository.
   *
   * @param tonight what it needs; empty where it could not be asked: then it is what it needed the
   *     last time, and all that is newer
   * @param before the parents that it needed the last time; none where that is not known
   * @param passedOver what could not be sent, and is to be
   */
  void add(
      String target,
      Optional<Set<SubvolumeUuid>> tonight,
      Set<SubvolumeUuid> before,
      Set<SubvolumeUuid> passedOver) {
    if (tonight.isEmpty() && before.isEmpty()) {
      known = false;
      return;
    }
    String who = "the repository " + target;
    Set<SubvolumeUuid> its = tonight.orElse(before);
    its.forEach(uuid -> needed.putIfAbsent(uuid, who));
    passedOver.forEach(uuid -> needed.putIfAbsent(uuid, who));
    if (tonight.isEmpty()) {
      // What is newer than what it has is still to come there.
      long newest =
          local.snapshots().stream()
              .filter(s -> its.contains(s.uuid()))
              .mapToLong(s -> s.info().otransid())
              .max()
              .orElse(-1);
      local.snapshots().stream()
          .filter(s -> s.info().otransid() > newest)
          .forEach(s -> needed.putIfAbsent(s.uuid(), who));
    }
  }

  /** Who needs a snapshot, by its uuid; empty where that is not known of every repository. */
  Optional<Map<SubvolumeUuid, String>> known() {
    return known ? Optional.of(Map.copyOf(needed)) : Optional.empty();
  }
}
