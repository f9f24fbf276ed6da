package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A real repository in memory with the smallest chunks, and the host that made it. */
public final class TestRepository {
  public static final ChunkerParameters SMALL_CHUNKS = ChunkerParameters.ofAverage(64 << 10);

  public final MemoryStore store;
  public final AgeIdentity identity = AgeIdentity.generate();
  public final Path folder;

  /** The host that made the repository: it holds the secret and no identity. */
  public final Repositories source;

  public final boolean encrypted;

  private TestRepository(Path folder, MemoryStore store, boolean encrypted) throws FirkinException {
    this.folder = folder;
    this.store = store;
    this.encrypted = encrypted;
    this.source = new Repositories(new KnownRepositories(folder.resolve("source")));
    source.create(
        store,
        SMALL_CHUNKS,
        encrypted
            ? new Protection(List.of(identity.recipient()), Optional.empty(), PassphraseKdf.BCRYPT)
            : Protection.NONE);
  }

  public static TestRepository encrypted(Path folder) throws FirkinException {
    return encrypted(folder, new MemoryStore("test"));
  }

  public static TestRepository encrypted(Path folder, MemoryStore store) throws FirkinException {
    return new TestRepository(folder, store, true);
  }

  public static TestRepository plain(Path folder) throws FirkinException {
    return plain(folder, new MemoryStore("test"));
  }

  public static TestRepository plain(Path folder, MemoryStore store) throws FirkinException {
    return new TestRepository(folder, store, false);
  }

  /** Its leases, whose waits are short. */
  public static Leases quickLeases(Repository repository) {
    return repository.leases(
        new LeaseTimes(Duration.ofMinutes(7), Duration.ofMinutes(15), Duration.ofMillis(2)));
  }

  /** As a source opens it: with the secret, without an identity. */
  public Repository asSource(ObjectStore through) throws FirkinException {
    return source.open(through, Credentials.NONE);
  }

  /** As the owner opens it on a machine that has never seen it. */
  public Repository asOwner(ObjectStore through) throws FirkinException {
    Repositories fresh = new Repositories(new KnownRepositories(folder.resolve("fresh")));
    return fresh.open(
        through,
        encrypted ? new Credentials(List.of(identity), Optional.empty()) : Credentials.NONE);
  }
}
