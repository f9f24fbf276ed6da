package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.ConfigFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes, joins and opens repositories, and holds them to what this host knows of them. */
public final class Repositories {
  private final KnownRepositories known;

  public Repositories(KnownRepositories known) {
    this.known = known;
  }

  /**
   * How a new repository is protected.
   *
   * @param recipients age public keys; several at once
   * @param passphrase makes a passphrase slot beside them
   */
  public record Protection(
      List<AgeRecipient> recipients, Optional<Passphrase> passphrase, PassphraseKdf kdf) {
    /** Said in so many words: whoever can read the store can read the backups. */
    public static final Protection NONE =
        new Protection(List.of(), Optional.empty(), PassphraseKdf.BCRYPT);

    public Protection {
      recipients = List.copyOf(recipients);
    }

    boolean encrypts() {
      return !recipients.isEmpty() || passphrase.isPresent();
    }
  }

  /** Refuses a store that holds a repository. */
  public void requireNone(ObjectStore store) throws FirkinException {
    if (store.head(ConfigObject.KEY).isPresent()) {
      throw alreadyThere(store);
    }
  }

  /**
   * Makes a repository. The config object is written last and only if absent: dying before leaves
   * key objects that nothing names.
   */
  public Repository create(ObjectStore store, ChunkerParameters chunker, Protection protection)
      throws FirkinException {
    requireNone(store);
    RepositoryId id = RepositoryId.generate();
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    RepositoryConfig config;
    RepositoryKeys keys;
    Optional<RepositorySecret> secret;
    if (protection.encrypts()) {
      RepositorySecret fresh = RepositorySecret.generate();
      secret = Optional.of(fresh);
      keys = RepositoryKeys.derive(fresh, id.toBytes());
      AgeRecipient metadata = keys.metadataIdentity().orElseThrow().recipient();
      Encryption encryption = writeSlots(store, id, fresh, protection, metadata);
      config = new RepositoryConfig(id, now, 1, chunker, encryption);
    } else {
      secret = Optional.empty();
      keys = RepositoryKeys.plain();
      config = new RepositoryConfig(id, now, 1, chunker, new Encryption.None());
    }
    // Before the commit: a repository whose secret nobody on this host holds could not be pushed
    // to.
    known.save(KnownRepository.of(config, store.place(), secret));
    byte[] sealed = ConfigFormat.write(config, new Seal(keys.seals(), id));
    PutResult result =
        store.put(ConfigObject.KEY, ByteBuffer.wrap(sealed), PutCondition.ifAbsent());
    return switch (result) {
      case PutResult.Stored stored -> {
        // Where the store knows no conditions, two may have been told so.
        if (!ConfigObject.read(store).holds(sealed)) {
          throw alreadyThere(store);
        }
        yield new Repository(store, config, keys, List.of());
      }
      case PutResult.Refused refused -> throw alreadyThere(store);
    };
  }

  /**
   * Opens a repository with the secret that this host holds, or else with the credentials.
   *
   * @param credentials needed for reading data, and for everything where this host has not joined
   * @throws SecretMissingException if there is no way to the secret
   * @throws NoMatchingIdentityException if the credentials are wrong
   * @throws RepositoryRefusedException if the repository is not what this host knows
   */
  public Repository open(ObjectStore store, Credentials credentials) throws FirkinException {
    return open(store, credentials, false);
  }

  /**
   * Opens a repository by the credentials alone and remembers its secret and recipients, replacing
   * what this host knew. A person vouches for what is found there: see the fingerprint.
   */
  public Repository join(ObjectStore store, Credentials credentials) throws FirkinException {
    return open(store, credentials, true);
  }

  private Repository open(ObjectStore store, Credentials credentials, boolean join)
      throws FirkinException {
    Opening opening = Opening.of(store, known);
    if (!join) {
      opening.refuseAnother();
      opening.refuseOtherRecipients();
    }
    RepositoryConfig config = opening.config();
    Opening.Unlocked unlocked = opening.unlock(credentials, !join);
    if (join || (!config.encrypted() && opening.pinned().isEmpty())) {
      known.save(KnownRepository.of(config, store.place(), unlocked.secret()));
    }
    return new Repository(store, config, unlocked.keys(), unlocked.identities());
  }

  private static Encryption writeSlots(
      ObjectStore store,
      RepositoryId id,
      RepositorySecret secret,
      Protection protection,
      AgeRecipient metadata)
      throws FirkinException {
    KeySlots slots = new KeySlots(store);
    Set<AgeRecipient> recipients = new LinkedHashSet<>(protection.recipients());
    Set<AgeRecipient> passphrases = new LinkedHashSet<>();
    if (protection.passphrase().isPresent()) {
      passphrases.add(slots.putSlot(protection.passphrase().get(), protection.kdf()));
    }
    recipients.addAll(passphrases);
    for (AgeRecipient recipient : recipients) {
      slots.putSecret(recipient, id, secret);
    }
    return new Encryption.Age(List.copyOf(recipients), passphrases, metadata);
  }

  private static FirkinException alreadyThere(ObjectStore store) {
    return new RepositoryRefusedException(
        "there is a firkin repository at " + store.location() + " already; it was not changed",
        "use it ('firkin join' on a new host), or give another place");
  }
}
