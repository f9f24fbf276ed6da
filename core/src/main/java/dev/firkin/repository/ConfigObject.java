package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.repository.v1.ConfigFormat;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code firkin.json} as the store gave it: what it says is not known to be true before a check.
 */
final class ConfigObject {
  static final ObjectKey KEY = ObjectKey.of(ConfigFormat.KEY);

  private final String location;
  private final byte[] sealed;
  private final Version version;
  private final RepositoryConfig config;

  private ConfigObject(String location, byte[] sealed, Version version, RepositoryConfig config) {
    this.location = location;
    this.sealed = sealed;
    this.version = version;
    this.config = config;
  }

  /**
   * @throws NoSuchRepositoryException if there is none
   * @throws DamagedException if it is nothing that can be read
   */
  static ConfigObject read(ObjectStore store) throws FirkinException {
    StoredObject object;
    try {
      object = store.get(KEY, ConfigFormat.MAX_BYTES);
    } catch (ObjectMissingException e) {
      throw new NoSuchRepositoryException(store.location());
    }
    ByteBuffer body = object.body();
    byte[] sealed = new byte[body.remaining()];
    body.get(sealed);
    try {
      return new ConfigObject(
          store.location(), sealed, object.version(), ConfigFormat.readUnchecked(sealed));
    } catch (NewerFormatException e) {
      throw e;
    } catch (FormatException e) {
      throw new DamagedException(
          ConfigFormat.KEY,
          "the repository at " + store.location() + " cannot be used: " + e.getMessage(),
          "restore firkin.json from another copy of the repository; nothing was changed",
          e);
    }
  }

  /** What it says. */
  RepositoryConfig config() {
    return config;
  }

  /** Which object of the store it is, for replacing this one and no other. */
  Version version() {
    return version;
  }

  boolean holds(byte[] bytes) {
    return ByteBuffer.wrap(sealed).equals(ByteBuffer.wrap(bytes));
  }

  boolean authentic(RepositoryKeys keys) {
    return fault(keys).isEmpty();
  }

  /**
   * @throws DamagedException unless it was sealed with these keys
   */
  void check(RepositoryKeys keys) throws DamagedException {
    Optional<DamagedException> fault = fault(keys);
    if (fault.isPresent()) {
      throw fault.get();
    }
  }

  private Optional<DamagedException> fault(RepositoryKeys keys) {
    try {
      ConfigFormat.check(sealed, new Seal(keys.seals(), config.id()));
    } catch (FormatException e) {
      return Optional.of(
          new DamagedException(
              ConfigFormat.KEY,
              "firkin.json at " + location + " is not authentic; nothing was sent or read",
              "somebody changed it, or the secret of this host is of another repository",
              e));
    }
    if (config.encryption() instanceof Encryption.Age age
        && !keys.metadataIdentity()
            .map(AgeIdentity::recipient)
            .equals(Optional.of(age.metadata()))) {
      return Optional.of(
          new DamagedException(
              ConfigFormat.KEY, "firkin.json names a wrong metadata recipient", null, null));
    }
    return Optional.empty();
  }
}
