package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.repository.model.KeepTag;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.KeepTagFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The objects below {@code keep/}: what somebody wants kept. Thread-safe. Source: {@code
 * docs/format.md}, section 16.
 */
public final class KeepTags {
  private static final KeyPrefix FOLDER = KeyPrefix.of("keep/");

  private final ObjectStore store;
  private final RepositoryId repository;
  private final Seal seal;
  private final SealedObjects<KeepTag> objects;

  KeepTags(ObjectStore store, RepositoryId repository, Codec codec, Seal seal) {
    this.store = store;
    this.repository = repository;
    this.seal = seal;
    this.objects =
        new SealedObjects<>(
            store,
            codec,
            KeepTagFormat.MAX_BYTES,
            (key, sealed) -> KeepTagFormat.read(key, sealed, seal));
  }

  /** Marks a snapshot, if it is not. */
  public void add(KeepTag tag) throws FirkinException {
    ObjectKey key = key(tag.id());
    objects.put(key, KeepTagFormat.write(key.value(), repository, tag, seal));
  }

  /** Takes the mark of a snapshot away, if it has one. */
  public void remove(SnapshotId id) throws StoreException {
    store.delete(List.of(key(id)));
  }

  /**
   * What is marked. By the name of the object alone: one that cannot be read was a mark too, and
   * what is kept in error does no harm.
   */
  public Set<SnapshotId> ids() throws StoreException {
    Set<SnapshotId> ids = new HashSet<>();
    store.list(
        FOLDER,
        info -> {
          try {
            ids.add(SnapshotId.parse(info.key().name()));
          } catch (IllegalArgumentException e) {
            // Somebody else's object among ours: no mark.
          }
        });
    return Set.copyOf(ids);
  }

  private static ObjectKey key(SnapshotId id) {
    return ObjectKey.of("keep/" + id);
  }
}
