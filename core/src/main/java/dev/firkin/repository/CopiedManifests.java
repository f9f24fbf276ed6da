package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.repository.local.FileStamp;
import dev.firkin.repository.local.ManifestCopies;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.ManifestFormat;
import dev.firkin.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** This host's copies of manifests, which are worth what the store gives. Thread-safe. */
final class CopiedManifests {
  private static final System.Logger LOG = System.getLogger(CopiedManifests.class.getName());

  private final ObjectCache cache;
  private final ManifestCopies opened;
  private final ManifestReader reader;

  CopiedManifests(ObjectCache cache, ManifestReader reader) {
    this.cache = cache;
    this.opened = cache.manifests();
    this.reader = reader;
  }

  /** What this process has read of an object of this length. */
  Optional<Manifest> known(SnapshotId id, long storedBytes) {
    return opened.known(id, storedBytes);
  }

  /** Before many are looked for. */
  void begin() {
    opened.begin(reader.seal());
  }

  /**
   * After it.
   *
   * @param stored what the store has
   */
  void end(Set<SnapshotId> stored) {
    opened.end(reader.seal(), stored);
  }

  /**
   * The manifest of an object that was read, and a copy of it for later.
   *
   * @throws DamagedException if it is damaged or forged; then there is no copy
   */
  Manifest take(SnapshotId id, byte[] stored) throws FirkinException {
    Manifest manifest = reader.decode(id, stored);
    opened.add(manifest, stored.length, cache.put(Snapshots.key(id).value(), stored));
    return manifest;
  }

  /** By a copy of an object of this length; what is wrong with copies is no matter. */
  Optional<Manifest> find(SnapshotId id, long storedBytes) throws FirkinException {
    Optional<Manifest> known = known(id, storedBytes);
    if (known.isPresent()) {
      return known;
    }
    String key = Snapshots.key(id).value();
    Optional<FileStamp> stamp = cache.stamp(key).filter(s -> s.bytes() == storedBytes);
    if (stamp.isEmpty()) {
      return Optional.empty();
    }
    Optional<Manifest> found = opened.find(reader.repository(), id, stamp.get());
    if (found.isPresent()) {
      return found;
    }
    Optional<byte[]> copy = cache.get(key, storedBytes);
    if (copy.isEmpty()) {
      return Optional.empty();
    }
    try {
      Manifest manifest = reader.decode(id, copy.get());
      // By the stamp from before: one that came in between is not taken for what was read.
      opened.add(manifest, storedBytes, stamp);
      return Optional.of(manifest);
    } catch (DamagedException e) {
      // Only the copy is known to be bad. What the store gives will take its place.
      LOG.log(System.Logger.Level.DEBUG, "passing over the copy of " + key, e);
      return Optional.empty();
    }
  }

  /** All that this host has ever seen, but what was dropped. */
  List<Manifest> all() {
    List<Manifest> manifests = new ArrayList<>();
    begin();
    try {
      for (String key : cache.keys(ManifestFormat.FOLDER)) {
        find(key).ifPresent(manifests::add);
      }
    } finally {
      opened.release();
    }
    return List.copyOf(manifests);
  }

  private Optional<Manifest> find(String key) {
    try {
      SnapshotId id = Snapshots.idOf(ObjectKey.of(key));
      Optional<Long> bytes =
          cache.stamp(key).map(FileStamp::bytes).filter(b -> b <= ManifestFormat.MAX_BYTES);
      return bytes.isPresent() ? find(id, bytes.get()) : Optional.empty();
    } catch (FirkinException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "passing over the copy of " + key, e);
      return Optional.empty();
    }
  }

  void drop(SnapshotId id) {
    cache.remove(Snapshots.key(id).value());
    opened.drop(id);
  }
}
