package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Moves manifests into the trash, and puts on record which are gone. Dying in the middle leaves
 * fewer of them to forget, and every other snapshot as it was; what had gone by then is put on
 * record by the prune that empties the trash.
 */
public final class Forget {
  /** More than any run lasts between its plan and this question. */
  private static final Duration MOST_WRONG = Duration.ofDays(1);

  private final Repository repository;
  private final Snapshots snapshots;
  private final Trash.Run trash;
  private final Lease lease;

  /**
   * @param lease exclusive, taken before the plan was made
   */
  public Forget(Repository repository, Snapshots snapshots, Lease lease) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.lease = lease;
    this.trash =
        repository
            .trash()
            .begin(() -> {
              if (!lease.renewed()) {
                throw new LeaseLostException();
              }
            });
  }

  private void refuseDoubt(Collection<Manifest> remembered, Instant now)
      throws FirkinException, InterruptedException {
    Catalog again = snapshots.load();
    if (!again.damaged().isEmpty()) {
      throw new DoubtException(
          String.valueOf(again.damaged().getFirst().getMessage()), again.damaged().getFirst());
    }
    Named.refuseGap(repository, again, remembered, manifest -> snapshots.drop(manifest.id()));
    Duration wrong = Duration.between(lease.storeTime(), now).abs();
    if (wrong.compareTo(MOST_WRONG) > 0) {
      throw new DoubtException(
          "the clock of this host and that of the store are "
              + wrong.toMinutes()
              + " minutes apart, so that ages cannot be told",
          "set the clock of this host: timedatectl",
          null);
    }
  }

  /**
   * @param remembered what this host has seen in the store, read before the plan was made
   * @param host on which this is done
   * @param now that the plan was made by
   * @param done is told of each that is forgotten
   * @throws DoubtException if the list that the plan was made by may be short of something, or this
   *     host's clock is wrong; then nothing was forgotten
   */
  public void run(
      ForgetPlan plan,
      Collection<Manifest> remembered,
      String host,
      Instant now,
      Consumer<Manifest> done)
      throws FirkinException, InterruptedException {
    if (plan.order().isEmpty()) {
      return;
    }
    refuseDoubt(remembered, now);
    // Says that what this run drops is dropped by will. It names nothing yet: were a snapshot named
    // that is not gone in the end, nobody would miss it when it is lost.
    Forgetting record = Forgetting.by(host);
    repository.forgotten().record(trash, record);
    List<Forgotten> gone = new ArrayList<>();
    for (Manifest manifest : plan.order()) {
      ObjectKey key = Snapshots.key(manifest.id());
      if (trash.move(key).isEmpty() && repository.store().head(key).isPresent()) {
        throw new DoubtException(
            "the manifest of " + manifest.name() + " was replaced just now", null);
      }
      gone.add(Forgotten.of(manifest));
      snapshots.drop(manifest.id());
      repository.keepTags().remove(manifest.id());
      done.accept(manifest);
    }
    if (!lease.renewed()) {
      throw new LeaseLostException(); // somebody may have put one back meanwhile
    }
    repository.forgotten().record(trash, record.naming(gone));
  }
}
