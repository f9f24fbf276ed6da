package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseSlot;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.SecretMissingException;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.MeteredStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Opens with what was given, and asks for a passphrase where only that is missing. */
final class Opener {
  private final Host host;
  private final Interrupts interrupts;
  private final Repositories repositories;
  private final ObjectStore store;
  private final boolean join;

  Opener(
      Host host,
      Interrupts interrupts,
      Repositories repositories,
      ObjectStore store,
      boolean join) {
    this.host = host;
    this.interrupts = interrupts;
    this.repositories = repositories;
    this.store = store;
    this.join = join;
  }

  OpenRepository open(
      Session.Access access, Credentials given, MeteredStore metered, Line line, Folders folders)
      throws FirkinException {
    Credentials credentials = given;
    Repository repository;
    try {
      repository = open(credentials);
      if (access == Session.Access.DATA && !repository.readsData() && maySlotsHelp(credentials)) {
        credentials = asked(credentials);
        repository = open(credentials);
      }
    } catch (SecretMissingException e) {
      if (!maySlotsHelp(credentials)) {
        throw e;
      }
      credentials = asked(credentials);
      repository = open(credentials);
    }
    if (access == Session.Access.DATA && !repository.readsData()) {
      throw cannotRead(store, credentials);
    }
    return new OpenRepository(
        repository, metered, line, folders.cacheOf(repository.config().id()), credentials);
  }

  private Repository open(Credentials credentials) throws FirkinException {
    return join ? repositories.join(store, credentials) : repositories.open(store, credentials);
  }

  private boolean maySlotsHelp(Credentials credentials) throws FirkinException {
    if (credentials.passphrase().isPresent() || !new Prompt(host, interrupts).possible()) {
      return false;
    }
    AtomicBoolean slots = new AtomicBoolean();
    store.list(
        KeyPrefix.of("keys/"),
        info -> {
          if (PassphraseSlot.parse(info.key().name()).isPresent()) {
            slots.set(true);
          }
        });
    return slots.get();
  }

  private Credentials asked(Credentials credentials) throws FirkinException {
    Passphrase passphrase = new Prompt(host, interrupts).ask("Passphrase of " + store.location());
    return new Credentials(credentials.identities(), Optional.of(passphrase));
  }

  static FirkinException cannotRead(ObjectStore store, Credentials credentials) {
    return credentials.isEmpty()
        ? new FailedException(
            "this needs to read backups, and no identity was given that can",
            "use --identity-file FILE or --passphrase-file FILE")
        : new FailedException(
            "none of the given keys can read the backups in " + store.location(),
            "use the identity of one of its recipients: 'firkin init' printed them");
  }
}
