package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.codec.CodecException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.CheckpointFormat;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import java.security.SecureRandom;
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

  private final ObjectStore store;
  private final RepositoryId repository;
  private final Codec codec;
  private final Seal seal;

  Uploads(ObjectStore store, RepositoryId repository, Codec codec, Seal seal) {
    this.store = store;
    this.repository = repository;
    this.codec = codec;
    this.seal = seal;
  }

  /** Writes the checkpoint of one process; not thread-safe. */
  public final class Run {
    private final ObjectKey key;

    private Run(SnapshotId upload) {
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      this.key = ObjectKey.of("uploads/" + upload + "/" + HexFormat.of().formatHex(random));
    }

    /** Stores the checkpoint in place of the one before, after the pages it names. */
    public void write(Checkpoint checkpoint) throws FirkinException {
      byte[] sealed = CheckpointFormat.write(key.value(), checkpoint, seal);
      store.put(key, codec.encode(sealed), PutCondition.always());
    }
  }

  public Run begin(SnapshotId upload) {
    return new Run(upload);
  }

  /**
   * What pushes left behind, or are still writing.
   *
   * @param checkpoints of each upload the furthest, oldest first
   * @param damaged what cannot be read; without meaning for any stored snapshot
   */
  public record Unfinished(List<Checkpoint> checkpoints, List<DamagedException> damaged) {
    public Unfinished {
      checkpoints = List.copyOf(checkpoints);
      damaged = List.copyOf(damaged);
    }
  }

  /** How far each unfinished push is. */
  public Unfinished unfinished() throws FirkinException {
    Map<SnapshotId, Checkpoint> furthest = new HashMap<>();
    List<DamagedException> damaged = new ArrayList<>();
    for (ObjectKey key : keys(FOLDER)) {
      try {
        read(key).ifPresent(c -> furthest.merge(c.id(), c, Uploads::further));
      } catch (DamagedException e) {
        damaged.add(e);
      }
    }
    return new Unfinished(
        furthest.values().stream().sorted(Comparator.comparing(Checkpoint::at)).toList(), damaged);
  }

  /**
   * The furthest checkpoint of an upload by {@code btrfs send} with these options. One that cannot
   * be read is passed over: it only costs time.
   */
  public Optional<Checkpoint> furthest(SnapshotId upload, List<String> sendOptions)
      throws FirkinException {
    List<Checkpoint> found = new ArrayList<>();
    for (ObjectKey key : keys(folder(upload))) {
      try {
        read(key).ifPresent(found::add);
      } catch (DamagedException e) {
        System.getLogger(Uploads.class.getName())
            .log(System.Logger.Level.DEBUG, "passing over a checkpoint", e);
      }
    }
    return found.stream()
        .filter(c -> c.id().equals(upload) && c.sendOptions().equals(sendOptions))
        .reduce(Uploads::further);
  }

  private static Checkpoint further(Checkpoint a, Checkpoint b) {
    return a.streamBytes() >= b.streamBytes() ? a : b;
  }

  /** Empty where its push ended while we looked. */
  private Optional<Checkpoint> read(ObjectKey key) throws FirkinException {
    try {
      byte[] sealed =
          codec.decode(
              store.get(key, CheckpointFormat.MAX_BYTES).body(), CheckpointFormat.MAX_BYTES);
      return Optional.of(CheckpointFormat.read(key.value(), sealed, repository, seal));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    } catch (CodecException
        | FormatException
        | NoMatchingIdentityException
        | ObjectDamagedException
        | ObjectTooLargeException e) {
      throw new DamagedException(
          key.value(), "checkpoint " + key + " is damaged: " + e.getMessage(), null, e);
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

  private List<ObjectKey> keys(KeyPrefix prefix) throws FirkinException {
    List<ObjectKey> keys = new ArrayList<>();
    store.list(prefix, info -> keys.add(info.key()));
    return keys;
  }
}
