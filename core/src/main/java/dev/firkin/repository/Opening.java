package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.LocalStateException;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.store.ObjectStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What every use of a repository begins with: its {@code firkin.json}, what this host knows of it,
 * and the way to its secret.
 *
 * @param pinned what this host was told of the repository
 */
record Opening(
    ObjectStore store,
    KnownRepositories known,
    ConfigObject found,
    Optional<KnownRepository> pinned) {
  private static final Logger LOG = System.getLogger(Opening.class.getName());

  /**
   * The secret and what follows from it, proven by the seal of {@code firkin.json}.
   *
   * @param secret empty for a repository without encryption
   * @param identities those given, and those behind a passphrase that was given
   */
  record Unlocked(
      Optional<RepositorySecret> secret, RepositoryKeys keys, List<AgeIdentity> identities) {
    Unlocked {
      identities = List.copyOf(identities);
    }
  }

  static Opening of(ObjectStore store, KnownRepositories known) throws FirkinException {
    ConfigObject found = ConfigObject.read(store);
    return new Opening(store, known, found, known.find(found.config().id()));
  }

  RepositoryConfig config() {
    return found.config();
  }

  /** The secret that this host holds, if it does. */
  Optional<RepositorySecret> held() {
    return pinned.flatMap(KnownRepository::secret);
  }

  /** What follows from the secret that this host holds; of a plain repository where it does not. */
  RepositoryKeys heldKeys() {
    return keysOf(held());
  }

  /** How what was found stands to what is pinned. */
  PinComparison comparison() {
    boolean authentic = pinned.isPresent() && found.authentic(heldKeys());
    return PinComparison.of(pinned, config(), authentic);
  }

  private RepositoryKeys keysOf(Optional<RepositorySecret> secret) {
    return secret
        .map(s -> RepositoryKeys.derive(s, config().id().toBytes()))
        .orElseGet(RepositoryKeys::plain);
  }

  /**
   * A store could show a plain repository in the place of an encrypted one, to be sent plaintext.
   */
  void refuseAnother() throws FirkinException {
    Optional<RepositoryId> before = known.at(store.place());
    if (before.isPresent() && !before.get().equals(config().id())) {
      throw new RepositoryRefusedException(
          "the repository at "
              + store.location()
              + " is another than before (id "
              + config().id()
              + " instead of "
              + before.get()
              + "); nothing was sent",
          "if it was made anew on purpose, run 'firkin join'; else somebody replaced it");
    }
  }

  /** Lets nothing pass but the list that this host was given. */
  void refuseOtherRecipients() throws FirkinException {
    if (PinComparison.nothingChanged(pinned, config())) {
      return; // the ordinary case: the seal is checked with the secret, once
    }
    PinComparison comparison = comparison();
    String recipients = "the recipients of the repository at " + store.location();
    switch (comparison.verdict()) {
      case NONE -> {}
      case SAME -> advancePin();
      case CHANGED ->
          throw new RepositoryRefusedException(
              recipients + " were changed and are not those this host was given; nothing was sent",
              "'firkin recipients' shows what changed; if it is what you want, run 'firkin"
                  + " recipients accept' on this host; else somebody wants to read your backups");
      case ROLLED_BACK ->
          throw new RepositoryRefusedException(
              recipients
                  + " are an older list than this host has seen (generation "
                  + config().generation()
                  + " after "
                  + comparison.pinnedGeneration().orElseThrow()
                  + "): the store was rolled back; nothing was sent",
              "if the store was brought back from an old copy on purpose, run 'firkin join'; else"
                  + " somebody wants a removed recipient back");
      case CONTRADICTS ->
          throw new RepositoryRefusedException(
              recipients
                  + " are not those this host was given, under the same generation "
                  + config().generation()
                  + ": the list was forged; nothing was sent",
              "only where two hosts changed it at once, in a store without conditional writes, run"
                  + " 'firkin join'; else somebody who has the secret wants to read your backups");
      case NOT_AUTHENTIC -> {
        // With the right list it is damage, as the check of the seal says in its own words.
        if (!comparison.sameList() || held().isPresent() != config().encrypted()) {
          throw new RepositoryRefusedException(
              recipients
                  + " are not those this host was given, nor sealed with its secret; nothing was"
                  + " sent",
              "somebody changed firkin.json to read your backups: bring it back from another copy");
        }
      }
    }
  }

  /**
   * A list that was changed and changed back has a later generation; to remember it keeps those
   * between from being brought back. Not worth failing for.
   */
  private void advancePin() throws FirkinException {
    KnownRepository pin = pinned.orElseThrow();
    if (config().encrypted() && config().generation() > pin.generation()) {
      try {
        known.save(pin.withRecipientsOf(config()));
      } catch (LocalStateException e) {
        LOG.log(Level.DEBUG, "the later generation is not remembered", e);
      }
    }
  }

  /**
   * @param useHeld whether the secret that this host holds counts
   * @throws SecretMissingException if there is no way to the secret
   * @throws NoMatchingIdentityException if the credentials are wrong
   * @throws DamagedException if the seal does not verify
   */
  Unlocked unlock(Credentials credentials, boolean useHeld) throws FirkinException {
    List<AgeIdentity> identities = new ArrayList<>(credentials.identities());
    Optional<RepositorySecret> secret = Optional.empty();
    if (config().encrypted()) {
      KeySlots slots = new KeySlots(store);
      if (credentials.passphrase().isPresent()) {
        slots
            .unlock(credentials.passphrase().get(), config().recipients())
            .ifPresent(identities::add);
      }
      Optional<RepositorySecret> given = useHeld ? held() : Optional.empty();
      secret = given.isPresent() ? given : Optional.of(fetch(slots, identities));
    }
    RepositoryKeys keys = keysOf(secret);
    found.check(keys);
    return new Unlocked(secret, keys, identities);
  }

  private RepositorySecret fetch(KeySlots slots, List<AgeIdentity> identities)
      throws FirkinException {
    if (identities.isEmpty()) {
      throw new SecretMissingException(store.location());
    }
    return slots
        .secret(config().id(), identities)
        .orElseThrow(() ->
            new NoMatchingIdentityException(
                "none of the given identities belongs to the repository at " + store.location(),
                "its recipients are "
                    + String.join(
                        ", ", config().recipients().stream().map(AgeRecipient::text).toList()),
                null));
  }
}
