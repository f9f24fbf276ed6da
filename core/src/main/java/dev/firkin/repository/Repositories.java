package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.crypt.PassphraseSlots;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.ConfigFormat;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes, joins and opens repositories, and holds them to what this host knows of them. */
public final class Repositories {
  private static final ObjectKey CONFIG_KEY = ObjectKey.of(ConfigFormat.KEY);

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

  /**
   * Makes a repository. The config object is written last and only if absent: dying before leaves
   * key objects that nothing names.
   */
  public Repository create(ObjectStore store, ChunkerParameters chunker, Protection protection)
      throws FirkinException {
    if (store.head(CONFIG_KEY).isPresent()) {
      throw alreadyThere(store);
    }
    RepositoryId id = RepositoryId.generate();
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    RepositoryConfig config;
    RepositoryKeys keys;
    Optional<RepositorySecret> secret;
    if (protection.encrypts()) {
      RepositorySecret fresh = RepositorySecret.generate();
      secret = Optional.of(fresh);
      keys = RepositoryKeys.derive(fresh, id.toBytes());
      List<AgeRecipient> recipients = writeSlots(store, id, fresh, protection);
      AgeRecipient metadata = keys.metadataIdentity().orElseThrow().recipient();
      config = new RepositoryConfig(id, now, 1, chunker, new Encryption.Age(recipients, metadata));
    } else {
      secret = Optional.empty();
      keys = RepositoryKeys.plain();
      config = new RepositoryConfig(id, now, 1, chunker, new Encryption.None());
    }
    // Before the commit: a repository whose secret nobody on this host holds could not be pushed
    // to.
    known.save(KnownRepository.of(config, store.place(), secret));
    byte[] sealed = ConfigFormat.write(config, new Seal(keys.seals(), id));
    PutResult result = store.put(CONFIG_KEY, ByteBuffer.wrap(sealed), PutCondition.ifAbsent());
    return switch (result) {
      case PutResult.Stored stored -> new Repository(store, config, keys, List.of());
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
    byte[] sealed = readConfig(store);
    RepositoryConfig config;
    try {
      config = ConfigFormat.readUnchecked(sealed);
    } catch (NewerFormatException e) {
      throw e;
    } catch (FormatException e) {
      throw new DamagedException(
          ConfigFormat.KEY,
          "the repository at " + store.location() + " cannot be used: " + e.getMessage(),
          "restore firkin.json from another copy of the repository; nothing was changed",
          e);
    }
    Optional<KnownRepository> pinned = known.find(config.id());
    if (!join) {
      refuseAnother(store, config, pinned);
    }
    KeySlots slots = new KeySlots(store);
    List<AgeIdentity> identities = new ArrayList<>(credentials.identities());
    RepositoryKeys keys;
    Optional<RepositorySecret> secret = Optional.empty();
    if (config.encrypted()) {
      Optional<RepositorySecret> held =
          join ? Optional.empty() : pinned.flatMap(KnownRepository::secret);
      if (credentials.passphrase().isPresent()) {
        slots
            .unlock(credentials.passphrase().get(), config.recipients())
            .ifPresent(identities::add);
      }
      secret = held.isPresent() ? held : Optional.of(fetch(slots, config, store, identities));
      keys = RepositoryKeys.derive(secret.orElseThrow(), config.id().toBytes());
    } else {
      keys = RepositoryKeys.plain();
    }
    check(sealed, config, keys, store);
    if (join || (!config.encrypted() && pinned.isEmpty())) {
      known.save(KnownRepository.of(config, store.place(), secret));
    }
    return new Repository(store, config, keys, identities);
  }

  private static byte[] readConfig(ObjectStore store) throws FirkinException {
    try {
      ByteBuffer body = store.get(CONFIG_KEY, ConfigFormat.MAX_BYTES).body();
      byte[] bytes = new byte[body.remaining()];
      body.get(bytes);
      return bytes;
    } catch (ObjectMissingException e) {
      throw new NoSuchRepositoryException(store.location());
    }
  }

  /**
   * A store could show a plain repository in the place of an encrypted one, to be sent plaintext.
   */
  private void refuseAnother(
      ObjectStore store, RepositoryConfig config, Optional<KnownRepository> pinned)
      throws FirkinException {
    Optional<RepositoryId> before = known.at(store.place());
    if (before.isPresent() && !before.get().equals(config.id())) {
      throw new RepositoryRefusedException(
          "the repository at "
              + store.location()
              + " is another than before (id "
              + config.id()
              + " instead of "
              + before.get()
              + "); nothing was sent",
          "if it was made anew on purpose, run 'firkin join'; else somebody replaced it");
    }
    if (pinned.isPresent() && !pinned.get().recipients().equals(config.recipients())) {
      throw new RepositoryRefusedException(
          "the recipients of the repository at "
              + store.location()
              + " are not those this host was given; nothing was sent",
          "if you changed them, run 'firkin join' again; else somebody wants to read your backups");
    }
  }

  private static RepositorySecret fetch(
      KeySlots slots, RepositoryConfig config, ObjectStore store, List<AgeIdentity> identities)
      throws FirkinException {
    if (identities.isEmpty()) {
      throw new SecretMissingException(store.location());
    }
    return slots
        .secret(config.id(), identities)
        .orElseThrow(() ->
            new NoMatchingIdentityException(
                "none of the given identities belongs to the repository at " + store.location(),
                "its recipients are " + String.join(", ", texts(config.recipients())),
                null));
  }

  private static void check(
      byte[] sealed, RepositoryConfig config, RepositoryKeys keys, ObjectStore store)
      throws FirkinException {
    try {
      ConfigFormat.check(sealed, new Seal(keys.seals(), config.id()));
    } catch (FormatException e) {
      throw new DamagedException(
          ConfigFormat.KEY,
          "firkin.json at " + store.location() + " is not authentic; nothing was sent or read",
          "somebody changed it, or the secret of this host is of another repository",
          e);
    }
    if (config.encryption() instanceof Encryption.Age age
        && !keys.metadataIdentity()
            .map(AgeIdentity::recipient)
            .equals(Optional.of(age.metadata()))) {
      throw new DamagedException(
          ConfigFormat.KEY, "firkin.json names a wrong metadata recipient", null, null);
    }
  }

  private static List<AgeRecipient> writeSlots(
      ObjectStore store, RepositoryId id, RepositorySecret secret, Protection protection)
      throws FirkinException {
    KeySlots slots = new KeySlots(store);
    Set<AgeRecipient> recipients = new LinkedHashSet<>(protection.recipients());
    if (protection.passphrase().isPresent()) {
      try (AgeIdentity identity = AgeIdentity.generate()) {
        slots.putSlot(
            PassphraseSlots.seal(identity, protection.passphrase().get(), protection.kdf()));
        recipients.add(identity.recipient());
      }
    }
    for (AgeRecipient recipient : recipients) {
      slots.putSecret(recipient, id, secret);
    }
    return List.copyOf(recipients);
  }

  private static FirkinException alreadyThere(ObjectStore store) {
    return new RepositoryRefusedException(
        "there is a firkin repository at " + store.location() + " already; it was not changed",
        "use it ('firkin join' on a new host), or give another place");
  }

  private static List<String> texts(List<AgeRecipient> recipients) {
    return recipients.stream().map(AgeRecipient::text).toList();
  }
}
