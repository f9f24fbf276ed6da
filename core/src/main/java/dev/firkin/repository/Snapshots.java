package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.crypt.ContentHash;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.v1.ManifestFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects below {@code snapshots/}: what exists. Thread-safe. */
public final class Snapshots {
  private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());
  private static final KeyPrefix FOLDER = KeyPrefix.of(ManifestFormat.FOLDER + "/");

  private final ObjectStore store;
  private final ContentHash ids;
  private final Codec codec;
  private final Seal seal;
  private final ManifestReader reader;
  private final CopiedManifests copies;

  Snapshots(
      ObjectStore store,
      RepositoryId repository,
      ContentHash ids,
      Codec codec,
      Seal seal,
      ObjectCache cache) {
    this.store = store;
    this.ids = ids;
    this.codec = codec;
    this.seal = seal;
    this.reader = new ManifestReader(repository, ids, codec, seal);
    this.copies = new CopiedManifests(cache, reader);
  }

  public SnapshotId id(SnapshotIdentity identity) {
    return new SnapshotId(ids.of(identity.toBytes()));
  }

  public static ObjectKey key(SnapshotId id) {
    return ObjectKey.of(ManifestFormat.key(id));
  }

  /** What came of {@link #commit}. */
  public sealed interface Commit {
    /** The manifest that is there now. */
    Manifest manifest();

    /** It is ours, and was read back. */
    record Committed(Manifest manifest) implements Commit {}

    /** The snapshot was there already, by whoever's push; ours was not written. */
    record AlreadyThere(Manifest manifest) implements Commit {}
  }

  /**
   * Writes a manifest, if there is none for this snapshot, and reads it back from the store. Only
   * now is the snapshot stored.
   *
   * @param manifest names only what is known to be stored
   */
  public Commit commit(Manifest manifest) throws FirkinException {
    ObjectKey key = key(manifest.id());
    byte[] sealed = ManifestFormat.write(manifest, seal);
    PutResult result = store.put(key, codec.encode(sealed), PutCondition.ifAbsent());
    Manifest there = read(manifest.id());
    return switch (result) {
      case PutResult.Refused refused -> new Commit.AlreadyThere(there);
      case PutResult.Stored stored -> {
        if (!there.equals(manifest)) {
          throw notWhatWasWritten(key);
        }
        yield new Commit.Committed(there);
      }
    };
  }

  /**
   * Writes a manifest in the place of the one that is there, and reads it back.
   *
   * <p>Its length is another than that of the old one, so that no host takes a copy of the old one
   * for it: {@link #load} tells copies by their length.
   *
   * @param manifest names only what is known to be stored. The one that is there was copied into
   *     the trash
   */
  public Manifest replace(Manifest manifest) throws FirkinException {
    ObjectKey key = key(manifest.id());
    long oldBytes = store.head(key).map(ObjectInfo::bytes).orElse(0L);
    Manifest written = ofOtherLength(manifest, Set.of(oldBytes));
    store.put(key, codec.encode(ManifestFormat.write(written, seal)), PutCondition.always());
    Manifest there = read(manifest.id());
    if (!there.equals(written)) {
      throw notWhatWasWritten(key);
    }
    return there;
  }

  /**
   * As {@link #commit}, of another manifest of a snapshot that was stored before, as {@link
   * #replace} writes it.
   *
   * @param oldBytes stored lengths of all that are known to have been there
   */
  public Commit commitUnlike(Set<Long> oldBytes, Manifest manifest) throws FirkinException {
    return commit(ofOtherLength(manifest, oldBytes));
  }

  private Manifest ofOtherLength(Manifest manifest, Set<Long> bytes) {
    Manifest other = manifest;
    while (bytes.contains((long) codec.encode(ManifestFormat.write(other, seal)).remaining())) {
      other = other.withTool(other.source().tool() + ", mended");
    }
    return other;
  }

  private static DamagedException notWhatWasWritten(ObjectKey key) {
    return new DamagedException(
        key.value(),
        "the store gave back another manifest than was written; the snapshot is not stored",
        "run 'firkin verify'; the store or somebody with access to it is not to be trusted",
        null);
  }

  /**
   * One manifest from the store, its seal checked.
   *
   * @throws DamagedException if it is missing, damaged or forged
   */
  public Manifest read(SnapshotId id) throws FirkinException {
    ObjectKey key = key(id);
    try {
      ByteBuffer body = store.get(key, ManifestFormat.MAX_BYTES).body();
      byte[] stored = new byte[body.remaining()];
      body.get(stored);
      return copies.take(id, stored);
    } catch (ObjectMissingException e) {
      throw new DamagedException(key.value(), "manifest " + id + " is missing", null, e);
    } catch (ObjectDamagedException | ObjectTooLargeException e) {
      throw new DamagedException(
          key.value(), "manifest " + id + " is damaged: " + e.getMessage(), null, e);
    }
  }

  /** What is wrong with a manifest, missing included; empty where it is sound. */
  public Optional<DamagedException> damage(SnapshotId id) throws FirkinException {
    try {
      var _ = read(id);
      return Optional.empty();
    } catch (DamagedException e) {
      return Optional.of(e);
    }
  }

  /** The snapshot whose manifest something in the trash was, by its key alone. */
  public static Optional<SnapshotId> idIn(Trash.Thrown thrown) {
    try {
      return Optional.of(idOf(thrown.original()));
    } catch (DamagedException e) {
      return Optional.empty(); // no manifest
    }
  }

  /** The manifest that something in the trash is, if it is an authentic one. */
  public Optional<Manifest> inTrash(Trash trash, Trash.Thrown thrown) throws FirkinException {
    try {
      return readableInTrash(trash, thrown);
    } catch (ObjectDamagedException e) {
      LOG.log(System.Logger.Level.DEBUG, "passing over " + thrown.at(), e);
      return Optional.empty();
    }
  }

  /**
   * As {@link #inTrash}, for who must know.
   *
   * @throws ObjectDamagedException if it cannot be read at all, so that nobody knows what it is
   */
  public Optional<Manifest> readableInTrash(Trash trash, Trash.Thrown thrown)
      throws FirkinException {
    if (!FOLDER.contains(thrown.original())) {
      return Optional.empty();
    }
    try {
      ByteBuffer body = trash.read(thrown).body();
      byte[] stored = new byte[body.remaining()];
      body.get(stored);
      return Optional.of(reader.decode(idOf(thrown.original()), stored));
    } catch (DamagedException
        | ObjectMissingException
        | ObjectDamagedException
        | ObjectTooLargeException e) {
      if (e instanceof ObjectDamagedException damaged && damaged.isUnreadable()) {
        throw damaged;
      }
      LOG.log(System.Logger.Level.DEBUG, "passing over " + thrown.at(), e);
      return Optional.empty();
    }
  }

  /** All of them; what cannot be read is named, not left out in silence. */
  public Catalog load() throws FirkinException {
    List<ObjectInfo> infos = new ArrayList<>();
    store.list(FOLDER, infos::add);
    List<Manifest> manifests = new ArrayList<>();
    List<DamagedException> damaged = new ArrayList<>();
    Map<SnapshotId, Long> unread = new LinkedHashMap<>();
    Set<SnapshotId> stored = new HashSet<>();
    for (ObjectInfo info : infos) {
      try {
        SnapshotId id = idOf(info.key());
        stored.add(id);
        copies
            .known(id, info.bytes())
            .ifPresentOrElse(manifests::add, () -> unread.put(id, info.bytes()));
      } catch (DamagedException e) {
        damaged.add(e);
      }
    }
    if (!unread.isEmpty()) {
      copies.begin();
      try {
        InParallel.each(store, unread.entrySet(), each -> load(each, manifests, damaged));
      } finally {
        copies.end(stored);
      }
    }
    manifests.sort(
        Comparator.comparing(Manifest::time).thenComparing(m -> m.source().committedAt()));
    return new Catalog(manifests, damaged);
  }

  private void load(
      Map.Entry<SnapshotId, Long> each, List<Manifest> manifests, List<DamagedException> damaged)
      throws FirkinException {
    try {
      Optional<Manifest> copy = copies.find(each.getKey(), each.getValue());
      Manifest manifest = copy.isPresent() ? copy.get() : read(each.getKey());
      synchronized (manifests) {
        manifests.add(manifest);
      }
    } catch (DamagedException e) {
      synchronized (damaged) {
        damaged.add(e);
      }
    }
  }

  /**
   * What this host has seen in the store at some time, by its copies: for noticing what is gone.
   * Copies that are not authentic are passed over.
   */
  public List<Manifest> remembered() {
    return copies.all();
  }

  /** Drops this host's copy of what was dropped by will and is gone: nobody misses it. */
  public void drop(SnapshotId id) {
    copies.drop(id);
  }

  static SnapshotId idOf(ObjectKey key) throws DamagedException {
    try {
      SnapshotId id = SnapshotId.parse(key.name());
      if (key.equals(key(id))) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw noManifest(key, e);
    }
    throw noManifest(key, null);
  }

  private static DamagedException noManifest(ObjectKey key, @Nullable Exception why) {
    return new DamagedException(
        key.value(), key + " is no manifest's name; it was left alone", null, why);
  }
}
