package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.Snapshots;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.retention.Verdict;
import dev.firkin.retention.Verdict.Reason;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Which local snapshots of a volume stay, and why; deletes the others. */
final class LocalRetention {
  private final LocalSnapshots local;
  private final ZoneId zone;

  LocalRetention(LocalSnapshots local, ZoneId zone) {
    this.local = local;
    this.zone = zone;
  }

  /**
   * @param needed who needs a snapshot, by its uuid
   */
  List<Verdict<LocalSnapshot>> judge(Map<SubvolumeUuid, String> needed, Instant now) {
    List<LocalSnapshot> snapshots = local.snapshots();
    List<SubvolumeUuid> uuids = snapshots.stream().map(s -> s.info().uuid()).toList();
    return local
        .volume()
        .localRetention()
        .judge(uuids, uuid -> local.time(snapshots.get(uuids.indexOf(uuid)), zone), now)
        .stream()
        .map(verdict -> {
          LocalSnapshot snapshot = snapshots.get(uuids.indexOf(verdict.snapshot()));
          boolean last = snapshot.equals(snapshots.getLast());
          Optional<Reason> kept =
              verdict
                  .kept()
                  // By the file system's own count: a clock may have been wrong.
                  .or(() -> last ? Optional.of(new Reason.Newest()) : Optional.empty())
                  .or(() ->
                      Optional.ofNullable(needed.get(snapshot.uuid())).map(Reason.Needed::new));
          return new Verdict<>(snapshot, kept);
        })
        .toList();
  }

  /**
   * @param done is told of each that is gone
   */
  static void drop(List<Verdict<LocalSnapshot>> verdicts, Consumer<LocalSnapshot> done)
      throws FirkinException {
    Optional<FirkinException> first = Optional.empty();
    for (Verdict<LocalSnapshot> verdict : verdicts) {
      if (!verdict.isKept()) {
        LocalSnapshot snapshot = verdict.snapshot();
        try {
          Snapshots.delete(snapshot.path(), snapshot.info().uuid());
          done.accept(snapshot);
        } catch (FirkinException e) {
          first = Optional.of(first.orElse(e)); // one that stays must not keep the others
        }
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
