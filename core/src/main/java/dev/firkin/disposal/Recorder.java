package dev.firkin.disposal;

import dev.firkin.FirkinException;
import dev.firkin.repository.ForgottenRecords;
import dev.firkin.repository.Lease;
import dev.firkin.repository.LeaseLostException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps the records of what was dropped right, for a prune. */
final class Recorder {
  private static final String NAME = "prune";

  private final Repository repository;
  private final Snapshots snapshots;
  private final Lease lease;
  private final Set<SnapshotId> there;
  private final ForgottenRecords records;

  /**
   * @param lease exclusive
   * @param there what has a manifest
   */
  Recorder(Repository repository, Snapshots snapshots, Lease lease, Set<SnapshotId> there)
      throws FirkinException {
    this.repository = repository;
    this.snapshots = snapshots;
    this.lease = lease;
    this.there = there;
    this.records = repository.forgotten().read();
  }

  /** A record that names what is there would have nobody miss it when it is lost. */
  void tidy(Collection<Trash.Thrown> trash) throws FirkinException, InterruptedException {
    Set<String> runs = trash.stream().map(Trash.Thrown::run).collect(Collectors.toSet());
    repository.forgotten().tidy(records, there, runs, Forgetting.by(NAME), this::requireHeld);
  }

  /**
   * What goes for good with the trash, and is on no record: quarantined, replaced, or moved there
   * by a forget that died. Without that every host that has seen it would take it for lost, for
   * ever. Not what is under its own key too.
   */
  void record(Collection<Trash.Thrown> thrown) throws FirkinException, InterruptedException {
    Map<SnapshotId, Forgotten> unrecorded = new LinkedHashMap<>();
    for (Trash.Thrown each : thrown) {
      Optional<Manifest> manifest = unrecorded(each);
      if (manifest.isPresent()) {
        unrecorded.merge(manifest.get().id(), Forgotten.of(manifest.get()), Forgotten::later);
      }
    }
    if (!unrecorded.isEmpty()) {
      requireHeld();
      repository.forgotten().record(Forgetting.by(NAME).naming(List.copyOf(unrecorded.values())));
    }
  }

  private Optional<Manifest> unrecorded(Trash.Thrown thrown) throws FirkinException {
    Optional<SnapshotId> id = Snapshots.idIn(thrown);
    return id.isEmpty() || there.contains(id.get()) || records.names(thrown.run(), id.get())
        ? Optional.empty()
        : snapshots.inTrash(repository.trash(), thrown).filter(m -> !records.name(m));
  }

  private void requireHeld() throws FirkinException, InterruptedException {
    if (!lease.renewed()) {
      throw new LeaseLostException();
    }
  }
}
