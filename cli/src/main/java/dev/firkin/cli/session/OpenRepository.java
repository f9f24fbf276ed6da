package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.MeteredStore;
import java.util.function.Consumer;

/**
 * A repository and the store it lies in, for one command.
 *
 * @param traffic what went to the store and came from it
 * @param line what is known of the way to the store
 */
public record OpenRepository(
    Repository repository,
    MeteredStore traffic,
    Line line,
    ObjectCache cache,
    Credentials credentials)
    implements AutoCloseable {

  public Snapshots snapshots() {
    return repository.snapshots(cache);
  }

  /** The same, with chunks compressed at another level of zstd. */
  public OpenRepository compressing(int zstdLevel) {
    return new OpenRepository(repository.compressing(zstdLevel), traffic, line, cache, credentials);
  }

  /** All snapshots, through the cache. */
  public Catalog catalog() throws FirkinException {
    return snapshots().load();
  }

  /** Drops this host's copy of what was dropped by will and is gone. */
  public Consumer<Manifest> forgetting() {
    Snapshots snapshots = snapshots();
    return manifest -> snapshots.drop(manifest.id());
  }

  @Override
  public void close() {
    repository.store().close();
    credentials.identities().forEach(AgeIdentity::close);
    credentials.passphrase().ifPresent(p -> p.close());
  }
}
