package dev.firkin.cli.session;

import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.Passphrase;
import dev.firkin.repository.Credentials;
import dev.firkin.store.ObjectStore;

/** A repository's store, not opened as a repository, and what was given to open it with. */
public record KeyedStore(ObjectStore store, Credentials credentials) implements AutoCloseable {
  @Override
  public void close() {
    store.close();
    credentials.identities().forEach(AgeIdentity::close);
    credentials.passphrase().ifPresent(Passphrase::close);
  }
}
