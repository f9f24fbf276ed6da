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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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

  /** Writes the checkpoints of one process; not thread-safe. */
  public final class Run {
    private final SnapshotId upload;
    private final String run;
    private int sequence;

    private Run(SnapshotId upload) {
      this.upload = upload;
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      this.run = HexFormat.of().formatHex(random);
    }

    /** Stores the next checkpoint, after the pages it names. */
    public void write(Checkpoint checkpoint) throws FirkinException {
      ObjectKey key =
          ObjectKey.of(String.format(Locale.ROOT, "uploads/%s/%s-%08d", upload, run, sequence));
      byte[] sealed = CheckpointFormat.write(key.value(), checkpoint, seal);
      store.put(key, codec.encode(sealed), PutCondition.always());
      sequence++;
    }
  }

  public Run begin(SnapshotId upload) {
    return new Run(upload);
  }

  /** How far each unfinished push is: its newest checkpoint that can be read. */
  public List<Checkpoint> unfinished() throws FirkinException {
    Map<SnapshotId, Checkpoint> newest = new HashMap<>();
    List<ObjectKey> keys = new ArrayList<>();
    store.list(FOLDER, info -> keys.add(info.key()));
    for (ObjectKey key : keys) {
      read(key).ifPresent(c -> newest.merge(c.id(), c, (a, b) -> a.at().isAfter(b.at()) ? a : b));
    }
    return newest.values().stream().sorted((a, b) -> a.at().compareTo(b.at())).toList();
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
    List<ObjectKey> keys = new ArrayList<>();
    store.list(KeyPrefix.of("uploads/" + upload + "/"), info -> keys.add(info.key()));
    if (!keys.isEmpty()) {
      store.delete(keys);
    }
  }
}
