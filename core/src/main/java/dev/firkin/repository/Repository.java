package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.FastCdcChunker;
import dev.firkin.codec.Codec;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An open repository. Thread-safe; the store is its opener's to close.
 *
 * <p>What is written is encrypted as the config says; what can be read depends on the identities it
 * was opened with: without any, manifests and pages, and no chunk.
 */
public final class Repository {
  private final ObjectStore store;
  private final RepositoryConfig config;
  private final RepositoryKeys keys;
  private final List<AgeIdentity> given;
  private final Codec chunkCodec;
  private final Codec metadataCodec;
  private final boolean readsData;

  Repository(
      ObjectStore store, RepositoryConfig config, RepositoryKeys keys, List<AgeIdentity> given) {
    this(store, config, keys, given, Codec.DEFAULT_ZSTD_LEVEL);
  }

  private Repository(
      ObjectStore store,
      RepositoryConfig config,
      RepositoryKeys keys,
      List<AgeIdentity> given,
      int zstdLevel) {
    this.store = store;
    this.config = config;
    this.keys = keys;
    this.given = List.copyOf(given);
    switch (config.encryption()) {
      case Encryption.None none -> {
        this.chunkCodec = Codec.plain(zstdLevel);
        this.metadataCodec = Codec.plain(Codec.DEFAULT_ZSTD_LEVEL);
        this.readsData = true;
      }
      case Encryption.Age age -> {
        List<AgeRecipient> metadataRecipients = new ArrayList<>(age.recipients());
        metadataRecipients.add(age.metadata());
        this.chunkCodec = Codec.encrypted(zstdLevel, age.recipients(), given);
        this.metadataCodec =
            Codec.encrypted(
                Codec.DEFAULT_ZSTD_LEVEL,
                metadataRecipients,
                List.of(keys.metadataIdentity().orElseThrow()));
        this.readsData =
            given.stream().map(AgeIdentity::recipient).anyMatch(age.recipients()::contains);
      }
    }
  }

  /**
   * The same, but for how hard it tries to make chunks small.
   *
   * @param zstdLevel from 1 to {@value Codec#HIGHEST_ZSTD_LEVEL}
   */
  public Repository compressing(int zstdLevel) {
    return new Repository(store, config, keys, given, zstdLevel);
  }

  public RepositoryConfig config() {
    return config;
  }

  /** For people to compare between hosts; {@code none} without encryption. */
  public String fingerprint() {
    return keys.fingerprint();
  }

  public ObjectStore store() {
    return store;
  }

  /** Whether the identities it was opened with can read chunks. */
  public boolean readsData() {
    return readsData;
  }

  /** Whether there may be chunks that were not encrypted to the recipients of today. */
  public boolean recipientsChanged() {
    return config.generation() > 1;
  }

  /** A chunker for one stream, with this repository's parameters and cut points. */
  public FastCdcChunker newChunker() {
    return new FastCdcChunker(config.chunker(), keys.gear());
  }

  public Chunks chunks() {
    Map<Integer, Codec> codecs = new ConcurrentHashMap<>();
    return new Chunks(
        store,
        keys.chunkIds(),
        chunkCodec,
        level -> codecs.computeIfAbsent(level, this::chunkCodec),
        config.chunker());
  }

  private Codec chunkCodec(int zstdLevel) {
    return switch (config.encryption()) {
      case Encryption.None none -> Codec.plain(zstdLevel);
      case Encryption.Age age -> Codec.encrypted(zstdLevel, age.recipients(), given);
    };
  }

  public Trash trash() {
    return new Trash(store);
  }

  /** Whether a key is that of the secret for one of the recipients. */
  public boolean isSecretOfRecipient(String key) {
    return recipientOf(key).isPresent();
  }

  private Optional<AgeRecipient> recipientOf(String key) {
    return config.recipients().stream()
        .filter(recipient -> KeyCheck.secretKey(recipient).value().equals(key))
        .findFirst();
  }

  /**
   * The same, by the list as the store has it now: somebody may have removed the recipient since.
   *
   * @throws RepositoryRefusedException if the store shows an older list than before
   */
  public boolean isSecretOfRecipientNow(String key) throws FirkinException {
    Optional<AgeRecipient> recipient = recipientOf(key);
    return recipient.isPresent() && listNow().names(recipient.get());
  }

  private ListNow listNow() {
    return new ListNow(store, config, keys);
  }

  /**
   * Wraps the secret anew for the recipient whose it is, while that is on the list.
   *
   * @param key see {@link #isSecretOfRecipient}
   * @return whether it was; else there is nothing of ours under the key
   */
  public boolean rewrapSecret(ObjectKey key, RepositorySecret secret) throws FirkinException {
    if (!isOurs(secret)) {
      throw new IllegalArgumentException("the secret of another repository");
    }
    AgeRecipient recipient = recipientOf(key.value()).orElseThrow();
    while (listNow().names(recipient)) {
      new KeySlots(store).putSecret(recipient, config.id(), secret);
      if (listNow().names(recipient)) {
        return true;
      }
      // Who removed it deletes its key after the list was written: maybe before our put. And who
      // adds it again looks for the key after the list was written: maybe before this deletion. So
      // the list is asked once more.
      store.delete(List.of(key));
    }
    return false;
  }

  private boolean isOurs(RepositorySecret secret) {
    return RepositoryKeys.derive(secret, config.id().toBytes())
        .fingerprint()
        .equals(keys.fingerprint());
  }

  /**
   * What is wrong with the key slots, as far as can be known with the identities given. Not with
   * those of recipients that were removed since the repository was opened.
   */
  public List<DamagedException> damagedKeys() throws FirkinException {
    return new KeyCheck(store, config, listNow().remaining(), given, this::isOurs).damaged();
  }

  public Pages pages() {
    return new Pages(store, keys.pageIds(), metadataCodec, trash()::begin);
  }

  /**
   * As the other.
   *
   * @param trash for damaged pages that are replaced
   */
  public Pages pages(Trash.Run trash) {
    return new Pages(store, keys.pageIds(), metadataCodec, () -> trash);
  }

  /**
   * @param cache of manifests, in the state folder
   */
  public Snapshots snapshots(ObjectCache cache) {
    return new Snapshots(store, config.id(), keys.snapshotIds(), metadataCodec, seal(), cache);
  }

  public Uploads uploads() {
    return new Uploads(store, config.id(), metadataCodec, seal());
  }

  /** What somebody wants kept. */
  public KeepTags keepTags() {
    return new KeepTags(store, config.id(), metadataCodec, seal());
  }

  /** What was forgotten on purpose. */
  public ForgottenSnapshots forgotten() {
    return new ForgottenSnapshots(store, config.id(), metadataCodec, seal());
  }

  /** What nothing needs, and since when. */
  public CondemnedObjects condemned() {
    return new CondemnedObjects(store, config.id(), metadataCodec, seal());
  }

  public Leases leases() {
    return leases(LeaseTimes.STANDARD);
  }

  /** For tests, which cannot wait for a quarter of an hour. */
  Leases leases(LeaseTimes times) {
    return new Leases(store, config.id(), metadataCodec, seal(), times);
  }

  Seal seal() {
    return new Seal(keys.seals(), config.id());
  }
}
