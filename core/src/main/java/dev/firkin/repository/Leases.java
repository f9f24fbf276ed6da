package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.codec.CodecException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.model.LeaseInfo;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.LeaseFormat;
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
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.Version;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The objects below {@code leases/}: who is working, and how much room that leaves for others.
 * Thread-safe. Source: {@code docs/format.md}, section 11.
 */
public final class Leases {
  private static final KeyPrefix FOLDER = KeyPrefix.of("leases/");

  private final ObjectStore store;
  private final RepositoryId repository;
  private final Codec codec;
  private final Seal seal;
  private final LeaseTimes times;

  Leases(ObjectStore store, RepositoryId repository, Codec codec, Seal seal, LeaseTimes times) {
    this.store = store;
    this.repository = repository;
    this.codec = codec;
    this.seal = seal;
    this.times = times;
  }

  /**
   * A lease of somebody's.
   *
   * @param age since it was last written, by the store's clock
   * @param info empty where it cannot be read; then it counts as exclusive
   */
  public record Found(ObjectKey key, Duration age, Optional<LeaseInfo> info) {
    boolean excludes(LeaseMode mode) {
      return info.map(LeaseInfo::mode).orElse(LeaseMode.EXCLUSIVE).excludes(mode);
    }

    /** For people: who it is, and since when. */
    public String describe() {
      return info.map(i -> "'%s' on %s, begun %s".formatted(i.work(), i.host(), i.since()))
          .orElse("somebody whose lease " + key + " cannot be read");
    }
  }

  /**
   * Takes a lease, waiting for those that exclude it. One of a holder that died is in the way for
   * 15 minutes at most.
   *
   * @param work for people: what it is taken for
   * @param wait at most; zero to be told at once
   * @param waiting is told what is in the way, each time that this changes
   * @throws LeaseHeldException if it could not be had in that time; then none is held
   */
  public Lease take(
      LeaseMode mode, String work, String host, Duration wait, Consumer<Found> waiting)
      throws FirkinException, InterruptedException {
    Instant now = now();
    Lease lease = new Lease(this, new LeaseInfo(mode, work, host, now, now), times.renewal());
    boolean taken = false;
    try {
      lease.take(wait, waiting);
      taken = true;
      return lease;
    } finally {
      if (!taken) {
        lease.close();
      }
    }
  }

  /**
   * Who is working now, to show to people.
   *
   * @param now by the store's clock, as far as that is known
   */
  public List<Found> list(Instant now) throws FirkinException {
    List<Found> found = new ArrayList<>();
    for (ObjectInfo info : objects()) {
      found(info.key(), Duration.between(info.modified(), now)).ifPresent(found::add);
    }
    return found;
  }

  /** A key that nobody else uses. */
  ObjectKey newKey() {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    return ObjectKey.of("leases/" + HexFormat.of().formatHex(random));
  }

  /** Empty if the condition did not hold. */
  Optional<Version> put(ObjectKey key, LeaseInfo lease, PutCondition condition)
      throws FirkinException {
    byte[] sealed = LeaseFormat.write(key.value(), repository, lease, seal);
    return switch (store.put(key, codec.encode(sealed), condition)) {
      case PutResult.Stored stored -> Optional.of(stored.version());
      case PutResult.Refused refused -> Optional.empty();
    };
  }

  Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    return store.head(key);
  }

  /** Deletes one's own. */
  void delete(ObjectKey key) throws StoreException {
    store.delete(List.of(key));
  }

  Duration poll() {
    return times.poll();
  }

  /**
   * What excludes a lease that was written just now; empty if nothing does. Then what has expired
   * is deleted, for its holder, if it lives, to notice.
   *
   * @param vigil of who waits for it
   * @throws LeaseLostException if it was taken over between its put and this list
   */
  Optional<Found> inTheWayOf(ObjectKey own, LeaseMode mode, Vigil vigil) throws FirkinException {
    List<ObjectInfo> objects = objects();
    if (objects.stream().noneMatch(object -> object.key().equals(own))
        && store.head(own).isEmpty()) {
      throw new LeaseLostException();
    }
    Instant now =
        objects.stream()
            .filter(object -> object.key().equals(own))
            .findFirst()
            .map(ObjectInfo::modified)
            .orElseThrow(() ->
                new StoreException(
                    store.location(),
                    own,
                    "the store does not list what was put into it just now; nothing was done",
                    "a store whose lists are late cannot keep hosts apart: use one that shows at"
                        + " once what was written",
                    null));
    vigil.look(objects);
    List<ObjectInfo> expired = new ArrayList<>();
    for (ObjectInfo object : objects) {
      if (object.key().equals(own)) {
        continue;
      }
      Duration age = Duration.between(object.modified(), now);
      if (age.compareTo(times.expiry()) >= 0
          || vigil.unchanged(object).compareTo(times.expiry()) >= 0) {
        expired.add(object);
        continue;
      }
      Optional<Found> found = found(object.key(), age).filter(f -> f.excludes(mode));
      if (found.isPresent()) {
        return found;
      }
    }
    for (ObjectInfo object : expired) {
      Optional<Found> alive = clear(object, mode);
      if (alive.isPresent()) {
        return alive;
      }
    }
    return Optional.empty();
  }

  /**
   * Deletes what has expired, for its holder, if it lives, to notice. Only as it was listed: the
   * holder may have come back in this moment.
   *
   * @return what was renewed meanwhile, or could not be deleted now, and is in the way
   */
  private Optional<Found> clear(ObjectInfo expired, LeaseMode mode) throws FirkinException {
    ObjectKey key = expired.key();
    Optional<Version> now = store.head(key).map(ObjectInfo::version);
    if (now.isEmpty()) {
      return Optional.empty();
    }
    if (now.get().equals(expired.version())) {
      try {
        store.deleteOnce(List.of(key));
        return Optional.empty();
      } catch (StoreRefusedException e) {
        // Whoever may not delete can share with those who share; but an exclusive holder that lives
        // would not notice.
        if (found(key, Duration.ZERO).filter(f -> f.excludes(mode)).isPresent()) {
          throw e;
        }
        return Optional.empty();
      } catch (StoreUnavailableException e) {
        System.getLogger(Leases.class.getName())
            .log(System.Logger.Level.DEBUG, "lease " + key + " is looked at once more", e);
        return found(key, Duration.ZERO);
      }
    }
    return found(key, Duration.ZERO).filter(f -> f.excludes(mode));
  }

  private List<ObjectInfo> objects() throws StoreException {
    List<ObjectInfo> objects = new ArrayList<>();
    store.list(FOLDER, objects::add);
    return objects;
  }

  /** Empty where it was given back meanwhile. */
  private Optional<Found> found(ObjectKey key, Duration age) throws FirkinException {
    Optional<LeaseInfo> info = read(key);
    return info.isPresent() || store.head(key).isPresent()
        ? Optional.of(new Found(key, age, info))
        : Optional.empty();
  }

  private Optional<LeaseInfo> read(ObjectKey key) throws FirkinException {
    try {
      byte[] sealed =
          codec.decode(store.get(key, LeaseFormat.MAX_BYTES).body(), LeaseFormat.MAX_BYTES);
      return Optional.of(LeaseFormat.read(key.value(), sealed, seal));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    } catch (CodecException
        | FormatException
        | NoMatchingIdentityException
        | ObjectDamagedException
        | ObjectTooLargeException e) {
      System.getLogger(Leases.class.getName())
          .log(System.Logger.Level.DEBUG, "lease " + key + " cannot be read", e);
      return Optional.empty();
    }
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
