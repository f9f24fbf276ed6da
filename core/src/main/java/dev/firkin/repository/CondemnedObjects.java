package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.codec.Codec;
import dev.firkin.repository.model.Condemned;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.CondemnedFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects below {@code condemned/}: garbage, and since when it is. Thread-safe. Source: {@code
 * docs/format.md}, section 17.
 */
public final class CondemnedObjects {
  private static final KeyPrefix FOLDER = KeyPrefix.of("condemned/");

  private final ObjectStore store;
  private final RepositoryId repository;
  private final Seal seal;
  private final SealedObjects<Condemned> objects;

  CondemnedObjects(ObjectStore store, RepositoryId repository, Codec codec, Seal seal) {
    this.store = store;
    this.repository = repository;
    this.seal = seal;
    this.objects =
        new SealedObjects<>(
            store,
            codec,
            CondemnedFormat.MAX_BYTES,
            (key, sealed) -> CondemnedFormat.read(key, sealed, seal));
  }

  /** Everything that is there. */
  public List<ObjectInfo> list() throws StoreException {
    List<ObjectInfo> infos = new ArrayList<>();
    store.list(FOLDER, infos::add);
    return infos;
  }

  /**
   * Stores what one run condemns.
   *
   * @param run of the trash that the same run uses, whose name is nobody else's
   * @param number of the object in this run
   */
  public void put(Trash.Run run, int number, Condemned condemned) throws FirkinException {
    ObjectKey key = ObjectKey.of(FOLDER.value() + run.name() + "/" + number);
    objects.put(key, CondemnedFormat.write(key.value(), repository, condemned, seal));
  }

  /**
   * Stores what remains of one of them, which keeps its age where the store decides conditions.
   *
   * @param listed as it was when what remains was read
   * @return whether it was there still, as it was listed
   */
  public boolean replace(ObjectInfo listed, List<ChunkId> chunks, List<PageId> pages, Instant since)
      throws FirkinException {
    // Where the store does not decide itself whether it is still there, one that another prune took
    // away could come back: then at least it is young.
    Optional<Instant> age = store.decidesConditions() ? Optional.of(since) : Optional.empty();
    Condemned remaining = new Condemned(chunks, pages, age);
    return objects.replace(
        listed.key(),
        CondemnedFormat.write(listed.key().value(), repository, remaining, seal),
        listed.version());
  }

  /**
   * One of them; empty where it is gone.
   *
   * @throws DamagedException if it is not authentic: then it condemns nothing
   */
  public Optional<Condemned> read(ObjectInfo info) throws FirkinException {
    return objects.read(info.key());
  }
}
