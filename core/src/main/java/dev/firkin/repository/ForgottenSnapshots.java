package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.ForgettingFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects below {@code forgotten/}: what was dropped by will, and so is not lost. Thread-safe.
 * Source: {@code docs/format.md}, section 16.
 */
public final class ForgottenSnapshots {
  private static final KeyPrefix FOLDER = KeyPrefix.of("forgotten/");

  /** A record of so many, with the longest of names, is shorter than a reader takes. */
  static final int MOST_NAMED = 8_000;

  /** More of them than that take long to read. */
  static final int MOST_RECORDS = 100;

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

  static ObjectKey key(String run) {
    return ObjectKey.of(FOLDER.value() + run);
  }

  /** The run of the trash that an object is the record of, if it is a record. */
  public static Optional<String> runOf(ObjectKey key) {
    return FOLDER.contains(key) ? Optional.of(key.name()) : Optional.empty();
  }

  /**
   * Puts on record what a run of the trash drops by will, in place of what that record said. What
   * is in the trash under this run does not come back by itself, whether it is named or not.
   *
   * @param forgetting names only what has no manifest any more: what a record names is not missed
   */
  public void record(Trash.Run run, Forgetting forgetting) throws FirkinException {
    List<Forgetting> parts = parts(forgetting);
    for (Forgetting part : parts.subList(Math.min(1, parts.size()), parts.size())) {
      put(key(new Trash(store).begin().name()), part);
    }
    put(key(run.name()), parts.isEmpty() ? forgetting : parts.getFirst());
  }

  /** As the other, of what no run drops. */
  public void record(Forgetting forgetting) throws FirkinException {
    for (Forgetting part : parts(forgetting)) {
      put(key(new Trash(store).begin().name()), part);
    }
  }

  private static List<Forgetting> parts(Forgetting forgetting) {
    List<Forgotten> all = forgetting.snapshots();
    List<Forgetting> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += MOST_NAMED) {
      parts.add(forgetting.naming(all.subList(from, Math.min(all.size(), from + MOST_NAMED))));
    }
    return parts;
  }

  /** What it replaces is gone: so it is read back before anything relies on it. */
  private void put(ObjectKey key, Forgetting forgetting) throws FirkinException {
    objects.put(key, ForgettingFormat.write(key.value(), repository, forgetting, seal));
    if (!objects.read(key).equals(Optional.of(forgetting))) {
      throw new DamagedException(
          key.value(),
          "the store gave back another record than was written to " + key,
          "the store, or somebody with access to it, is not to be trusted",
          null);
    }
  }

  /**
   * All records. Goes on past damage.
   *
   * @throws dev.firkin.repository.v1.NewerFormatException if a newer firkin wrote one
   */
  public ForgottenRecords read() throws FirkinException {
    Map<ObjectKey, Forgetting> read = new HashMap<>();
    List<DamagedException> damaged = new ArrayList<>();
    Set<ObjectKey> asked = new HashSet<>();
    Set<ObjectKey> vanished = Collections.synchronizedSet(new HashSet<>());
    do {
      // Who merged them has put all that they named elsewhere, before they went.
      vanished.clear();
      List<ObjectKey> keys = new ArrayList<>();
      store.list(
          FOLDER,
          info -> {
            if (asked.add(info.key())) {
              keys.add(info.key());
            }
          });
      InParallel.each(store, keys, key -> read(key, read, damaged, vanished));
    } while (!vanished.isEmpty());
    return new ForgottenRecords(read, damaged);
  }

  private void read(
      ObjectKey key,
      Map<ObjectKey, Forgetting> read,
      List<DamagedException> damaged,
      Set<ObjectKey> vanished)
      throws FirkinException {
    try {
      Optional<Forgetting> record = objects.read(key);
      synchronized (read) {
        record.ifPresentOrElse(there -> read.put(key, there), () -> vanished.add(key));
      }
    } catch (DamagedException e) {
      synchronized (damaged) {
        damaged.add(e);
      }
    }
  }

  /** What is wrong with a record; empty where it is sound, or gone. */
  public Optional<DamagedException> damage(ObjectKey key) throws FirkinException {
    try {
      var _ = objects.read(key);
      return Optional.empty();
    } catch (DamagedException e) {
      return Optional.of(e);
    }
  }

  /**
   * Takes what is there again out of the records, so that it is missed when it is gone once more;
   * and makes few of many. Dying in the middle leaves something named twice.
   *
   * @param records as they are now: the caller is alone
   * @param there what has a manifest
   * @param inTrash runs of which something lies in the trash: their records say that it was by will
   * @param by for the records that are written
   * @param alone asked before each change
   */
  public void tidy(
      ForgottenRecords records,
      Set<SnapshotId> there,
      Set<String> inTrash,
      Forgetting by,
      Trash.Guard alone)
      throws FirkinException, InterruptedException {
    Map<ObjectKey, Forgetting> now = new TreeMap<>(records.byKey());
    for (Map.Entry<ObjectKey, Forgetting> each : records.byKey().entrySet()) {
      List<Forgotten> gone =
          each.getValue().snapshots().stream().filter(f -> !there.contains(f.id())).toList();
      if (gone.size() < each.getValue().snapshots().size()) {
        alone.check();
        Forgetting healed = each.getValue().naming(gone);
        put(each.getKey(), healed);
        now.put(each.getKey(), healed);
      }
    }
    List<ObjectKey> small = new ArrayList<>();
    Map<SnapshotId, Forgotten> named = new LinkedHashMap<>();
    now.forEach((key, record) -> {
      if (record.snapshots().size() < MOST_NAMED && !inTrash.contains(key.name())) {
        small.add(key);
        record.snapshots().forEach(each -> named.merge(each.id(), each, Forgotten::later));
      }
    });
    if (small.size() > MOST_RECORDS) {
      alone.check();
      record(by.naming(List.copyOf(named.values())));
      alone.check();
      store.delete(small);
    }
  }
}
