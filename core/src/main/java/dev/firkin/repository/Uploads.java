package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.CheckpointFormat;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects below {@code uploads/}: checkpoints of unfinished pushes. Thread-safe. */
public final class Uploads {
  private static final KeyPrefix FOLDER = KeyPrefix.of("uploads/");
  private static final System.Logger LOG = System.getLogger(Uploads.class.getName());

  private final ObjectStore store;
  private final Codec codec;
  private final Seal seal;
  private final SealedObjects<Checkpoint> objects;

  Uploads(ObjectStore store, RepositoryId repository, Codec codec, Seal seal) {
    this.store = store;
    this.codec = codec;
    this.seal = seal;
    this.objects =
        new SealedObjects<>(
            store,
            codec,
            CheckpointFormat.MAX_BYTES,
            (key, sealed) -> CheckpointFormat.read(key, sealed, repository, seal));
  }

  /** Writes the checkpoint of one process; not thread-safe. */
  public final class Run {
    private final ObjectKey key;
    private Optional<Found> adopted;

    private Run(SnapshotId upload, Optional<Found> adopted) {
      this.adopted = adopted;
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      this.key = ObjectKey.of("uploads/" + upload + "/" + HexFormat.of().formatHex(random));
    }

    /** Stores the checkpoint in place of the one before, after the pages it names. */
    public void write(Checkpoint checkpoint) throws FirkinException {
      byte[] sealed = CheckpointFormat.write(key.value(), checkpoint, seal);
      store.put(key, codec.encode(sealed), PutCondition.always());
      // What this one goes on from says less than it does now.
      adopted.ifPresent(Uploads.this::discard);
      adopted = Optional.empty();
    }
  }

  /**
   * Begins to write checkpoints.
   *
   * @param adopted what the push goes on from; deleted once there is a better one
   */
  public Run begin(SnapshotId upload, Optional<Found> adopted) {
    return new Run(upload, adopted);
  }

  /** A checkpoint, and where it lies. */
  public record Found(ObjectKey key, Checkpoint checkpoint) {}

  /** Deletes a checkpoint, if that can be done: one that stays costs time only. */
  public void discard(Found found) {
    try {
      store.delete(List.of(found.key()));
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.DEBUG, "checkpoint " + found.key() + " stays", e);
    }
  }

  /**
   * What pushes left behind, or are still writing.
   *
   * @param checkpoints of each upload the newest, oldest first
   * @param damaged what cannot be read; without meaning for any stored snapshot
   */
  public record Unfinished(List<Checkpoint> checkpoints, List<DamagedException> damaged) {
    public Unfinished {
      checkpoints = List.copyOf(checkpoints);
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * A checkpoint in the store.
   *
   * @param modified by the store's clock
   */
  public record Stored(ObjectKey key, Instant modified, Checkpoint checkpoint) {}

  /**
   * All of them, each read when it is asked for.
   *
   * @throws DamagedException if one cannot be read
   * @throws NewerFormatException if one is of a newer firkin
   */
  public List<Stored> all() throws FirkinException {
    List<ObjectInfo> infos = new ArrayList<>();
    store.list(FOLDER, infos::add);
    List<Stored> all = new ArrayList<>();
    for (ObjectInfo info : infos) {
      objects
          .read(info.key())
          .ifPresent(checkpoint -> all.add(new Stored(info.key(), info.modified(), checkpoint)));
    }
    return List.copyOf(all);
  }

  /** How far each unfinished push is. */
  public Unfinished unfinished() throws FirkinException {
    Map<SnapshotId, Checkpoint> newest = new HashMap<>();
    List<DamagedException> damaged = new ArrayList<>();
    for (ObjectKey key : keys(FOLDER)) {
      try {
        read(key).ifPresent(c -> newest.merge(c.id(), c, (a, b) -> isNewer(b, a) ? b : a));
      } catch (DamagedException e) {
        damaged.add(e);
      }
    }
    return new Unfinished(
        newest.values().stream().sorted(Comparator.comparing(Checkpoint::at)).toList(), damaged);
  }

  /**
   * The newest checkpoint of an upload by {@code btrfs send} with these options. Not the furthest:
   * a push that found a checkpoint to be of another stream begins from zero, and is right. One that
   * cannot be read is passed over: it only costs time.
   */
  public Optional<Found> newest(SnapshotId upload, List<String> sendOptions)
      throws FirkinException {
    Optional<Found> newest = Optional.empty();
    for (ObjectKey key : keys(folder(upload))) {
      try {
        Optional<Checkpoint> read =
            read(key).filter(c -> c.id().equals(upload) && c.sendOptions().equals(sendOptions));
        if (read.isPresent()
            && (newest.isEmpty() || isNewer(read.get(), newest.get().checkpoint()))) {
          newest = Optional.of(new Found(key, read.get()));
        }
      } catch (DamagedException e) {
        LOG.log(System.Logger.Level.DEBUG, "passing over a checkpoint", e);
      }
    }
    return newest;
  }

  private static boolean isNewer(Checkpoint a, Checkpoint b) {
    return a.at().isAfter(b.at());
  }

  /** What is wrong with a checkpoint; empty where it is sound, or gone. */
  public Optional<DamagedException> damage(ObjectKey key) throws FirkinException {
    try {
      var _ = read(key);
      return Optional.empty();
    } catch (DamagedException e) {
      return Optional.of(e);
    }
  }

  /**
   * A checkpoint, for who has to understand it; empty where its push ended while we looked.
   *
   * @throws DamagedException if it cannot be read
   * @throws NewerFormatException if it is of a newer firkin
   */
  public Optional<Checkpoint> open(ObjectKey key) throws FirkinException {
    return objects.read(key);
  }

  /** Empty where its push ended while we looked. */
  private Optional<Checkpoint> read(ObjectKey key) throws FirkinException {
    try {
      return objects.read(key);
    } catch (NewerFormatException e) {
      return Optional.empty(); // of a newer firkin: not ours to understand, and no damage
    }
  }

  /** Deletes the checkpoints of a push whose manifest was read back: nothing needs them now. */
  public void finish(SnapshotId upload) throws FirkinException {
    List<ObjectKey> keys = keys(folder(upload));
    if (!keys.isEmpty()) {
      store.delete(keys);
    }
  }

  private static KeyPrefix folder(SnapshotId upload) {
    return KeyPrefix.of("uploads/" + upload + "/");
  }

  /** Where there are checkpoints. */
  public List<ObjectKey> keys() throws FirkinException {
    return keys(FOLDER);
  }

  private List<ObjectKey> keys(KeyPrefix prefix) throws FirkinException {
    List<ObjectKey> keys = new ArrayList<>();
    store.list(prefix, info -> keys.add(info.key()));
    return keys;
  }
}
