package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.ForgettingFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects below {@code forgotten/}: what was forgotten on purpose, and so is not lost.
 * Thread-safe. Source: {@code docs/format.md}, section 16.
 */
public final class ForgottenSnapshots {
  private static final KeyPrefix FOLDER = KeyPrefix.of("forgotten/");

  private final ObjectStore store;
  private final RepositoryId repository;
  private final Seal seal;
  private final SealedObjects<Forgetting> objects;

  ForgottenSnapshots(ObjectStore store, RepositoryId repository, Codec codec, Seal seal) {
    this.store = store;
    this.repository = repository;
    this.seal = seal;
    this.objects =
        new SealedObjects<>(
            store,
            codec,
            ForgettingFormat.MAX_BYTES,
            (key, sealed) -> ForgettingFormat.read(key, sealed, seal));
  }

  /**
   * Puts on record what is about to be moved into the trash.
   *
   * @param run of the trash
   */
  public void record(Trash.Run run, Forgetting forgetting) throws FirkinException {
    ObjectKey key = ObjectKey.of(FOLDER.value() + run.name());
    objects.put(key, ForgettingFormat.write(key.value(), repository, forgetting, seal));
  }

  /** The runs of the trash that are on record, by their names. */
  public Set<String> runs() throws FirkinException {
    Set<String> runs = new HashSet<>();
    store.list(FOLDER, info -> runs.add(info.key().name()));
    return Set.copyOf(runs);
  }

  /**
   * Those of the given that were forgotten on purpose.
   *
   * @throws DamagedException if a record cannot be read: then it is not known
   */
  public Set<Manifest> among(Set<Manifest> manifests) throws FirkinException {
    if (manifests.isEmpty()) {
      return Set.of();
    }
    List<ObjectKey> keys = new ArrayList<>();
    store.list(FOLDER, info -> keys.add(info.key()));
    Map<SnapshotId, Instant> last = new HashMap<>();
    for (ObjectKey key : keys) {
      for (Forgotten forgotten : objects.read(key).map(Forgetting::snapshots).orElse(List.of())) {
        last.merge(forgotten.id(), forgotten.committedAt(), (a, b) -> a.isAfter(b) ? a : b);
      }
    }
    Set<Manifest> among = new HashSet<>();
    for (Manifest manifest : manifests) {
      Instant committed = last.get(manifest.id());
      // One that a repair has written anew since this host has seen it is the same snapshot.
      if (committed != null && !manifest.source().committedAt().isAfter(committed)) {
        among.add(manifest);
      }
    }
    return Set.copyOf(among);
  }
}
