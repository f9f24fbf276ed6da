package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.Passphrase;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.PinComparison.Verdict;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.RepositoryConfig.Encryption;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who can read a repository: shows the list, changes it, and makes this host believe a changed one.
 * Source: {@code docs/format.md}, sections 8 and 12.
 *
 * <p>Each change may be broken off anywhere and made again.
 */
public final class Recipients {
  private final KnownRepositories known;

  public Recipients(KnownRepositories known) {
    this.known = known;
  }

  /**
   * The list as the repository has it, and what this host makes of it.
   *
   * @param config not to be believed unless the pin's verdict says so, or nothing is pinned
   * @param fingerprint of the secret that this host holds or was given
   * @param passphrases which of the recipients are passphrase slots, as far as the store says
   */
  public record Listed(
      RepositoryConfig config,
      PinComparison pin,
      String fingerprint,
      Map<AgeRecipient, PassphraseKdf> passphrases) {
    public Listed {
      passphrases = Map.copyOf(passphrases);
    }

    /** What became of the passphrase slot of a recipient. */
    public PassphraseSlot slotOf(AgeRecipient recipient) {
      PassphraseKdf kdf = passphrases.get(recipient);
      if (kdf != null) {
        return new PassphraseSlot.There(kdf);
      }
      return config.passphrases().contains(recipient)
          ? new PassphraseSlot.Missing()
          : new PassphraseSlot.None();
    }
  }

  /** The passphrase slot of a recipient: its identity, which a passphrase opens. */
  public sealed interface PassphraseSlot {
    /** Neither the list nor the store knows of one. */
    record None() implements PassphraseSlot {}

    /** The store has it. */
    record There(PassphraseKdf kdf) implements PassphraseSlot {}

    /** The list says that there is one, and the store shows none. */
    record Missing() implements PassphraseSlot {}
  }

  /**
   * What a change came to.
   *
   * @param config as it is now
   * @param added by this change, or by an earlier attempt of it that this host had not yet pinned
   * @param removed likewise
   * @param snapshots that were there before it
   */
  public record Change(
      RepositoryConfig config,
      List<AgeRecipient> added,
      List<AgeRecipient> removed,
      long snapshots) {
    public Change {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }

    public boolean changed() {
      return !added.isEmpty() || !removed.isEmpty();
    }
  }

  /**
   * Shows the list, also where it is not the one that this host was given: then nothing is trusted.
   *
   * @throws SecretMissingException if there is no way to the secret
   * @throws DamagedException if nothing is pinned and the seal does not verify
   */
  public Listed list(ObjectStore store, Credentials credentials) throws FirkinException {
    Opening opening = Opening.of(store, known);
    opening.refuseAnother();
    String fingerprint =
        opening.pinned().isPresent()
            ? opening.heldKeys().fingerprint()
            : opening.unlock(credentials, true).keys().fingerprint();
    return new Listed(
        opening.config(),
        opening.comparison(),
        fingerprint,
        new KeySlots(store).passphrases(opening.config().recipients()));
  }

  /**
   * Puts recipients on the list, and a passphrase slot, unless the passphrase opens one already.
   * What is there for a recipient that is on the list is stored anew.
   *
   * @throws RepositoryRefusedException if this host does not believe the present list
   * @throws ConcurrentChangeException if somebody else changed the list meanwhile
   */
  public Change add(ObjectStore store, Credentials credentials, Protection wanted)
      throws FirkinException {
    Opening opening = changeable(store);
    KeySlots slots = new KeySlots(store);
    List<AgeRecipient> now = opening.config().recipients();
    Set<AgeRecipient> named = new LinkedHashSet<>(wanted.recipients());
    Optional<Passphrase> newSlot = wanted.passphrase();
    Optional<AgeRecipient> slot = Optional.empty();
    if (newSlot.isPresent()) {
      Optional<AgeRecipient> there = behind(newSlot.get(), slots, now);
      there.ifPresent(named::add);
      slot = there;
      newSlot = there.isPresent() ? Optional.empty() : newSlot;
    }
    PinComparison pin = opening.comparison();
    boolean ownAttempt = pin.removed().isEmpty() && named.containsAll(pin.added());
    ListChange change = ListChange.of(opening, credentials, pin, ownAttempt);
    long snapshots = snapshots(store);
    List<AgeRecipient> after = new ArrayList<>(now);
    named.stream().filter(r -> !now.contains(r)).forEach(after::add);
    checkPossible(opening.config(), after, newSlot.isPresent() ? 1 : 0);
    if (newSlot.isPresent()) {
      slot = Optional.of(slots.putSlot(newSlot.get(), wanted.kdf()));
      named.add(slot.get());
      after.add(slot.get());
    }
    change.wrapFor(named);
    Change done = change.commit(after, slot, snapshots);
    change.wrapWhereMissing(named);
    return done;
  }

  /**
   * Takes recipients off the list and deletes their key objects. Those that are not on it are no
   * error: what an earlier attempt left of them is deleted.
   *
   * @throws RepositoryRefusedException if this host does not believe the present list, or nobody
   *     would be left
   * @throws ConcurrentChangeException if somebody else changed the list meanwhile
   */
  public Change remove(ObjectStore store, Credentials credentials, List<AgeRecipient> named)
      throws FirkinException {
    Opening opening = changeable(store);
    List<AgeRecipient> after = PinComparison.without(opening.config().recipients(), named);
    if (after.isEmpty()) {
      throw new RepositoryRefusedException(
          "nobody could read what is stored in " + store.location() + " then; nothing was changed",
          "add the recipient that is to take their place first");
    }
    PinComparison pin = opening.comparison();
    boolean ownAttempt = pin.added().isEmpty() && named.containsAll(pin.removed());
    ListChange change = ListChange.of(opening, credentials, pin, ownAttempt);
    Change done = change.commit(after, Optional.empty(), snapshots(store));
    change.unwrap(named, done.config());
    return done;
  }

  /**
   * Makes this host believe a list that was changed elsewhere.
   *
   * @param shown what a person saw and accepted; not read again
   * @throws RepositoryRefusedException if it is not sealed with the secret that this host holds, or
   *     of no later generation than the pinned list
   */
  public void accept(ObjectStore store, Listed shown) throws FirkinException {
    KnownRepository pin =
        known
            .find(shown.config().id())
            .orElseThrow(() ->
                new RepositoryRefusedException(
                    "this host was given no list of recipients of the repository at "
                        + store.location()
                        + ", so that there is nothing to accept",
                    "run 'firkin join'"));
    boolean authentic = shown.pin().verdict() != Verdict.NOT_AUTHENTIC;
    switch (PinComparison.of(Optional.of(pin), shown.config(), authentic).verdict()) {
      case SAME, CHANGED -> known.save(pin.withRecipientsOf(shown.config()));
      case NONE, ROLLED_BACK, CONTRADICTS, NOT_AUTHENTIC -> {
        Opening opening = Opening.of(store, known);
        opening.refuseOtherRecipients();
        var _ = opening.unlock(Credentials.NONE, true);
        throw new ConcurrentChangeException(
            "the list was changed while it was looked at; nothing was accepted", "look again");
      }
    }
  }

  private Opening changeable(ObjectStore store) throws FirkinException {
    Opening opening = Opening.of(store, known);
    opening.refuseAnother();
    if (!opening.config().encrypted()) {
      opening.refuseOtherRecipients();
      throw new RepositoryRefusedException(
          "the repository at " + store.location() + " has no encryption, and so no recipients",
          "an encrypted one is made by 'firkin init --recipient age1…', in another place");
    }
    return opening;
  }

  /** The recipient whose slot a passphrase opens, among those on the list. */
  private static Optional<AgeRecipient> behind(
      Passphrase passphrase, KeySlots slots, List<AgeRecipient> recipients) throws FirkinException {
    try {
      Optional<AgeIdentity> identity = slots.unlock(passphrase, recipients);
      Optional<AgeRecipient> recipient = identity.map(AgeIdentity::recipient);
      identity.ifPresent(AgeIdentity::close);
      return recipient.filter(recipients::contains);
    } catch (CryptException
        | ObjectDamagedException
        | ObjectMissingException
        | ObjectTooLargeException e) {
      return Optional.empty(); // none that it opens: it gets one of its own
    }
  }

  private static void checkPossible(RepositoryConfig config, List<AgeRecipient> after, int more)
      throws RepositoryRefusedException {
    if (after.size() + more > Encryption.Age.MAX_RECIPIENTS) {
      throw new RepositoryRefusedException(
          "a repository has at most "
              + Encryption.Age.MAX_RECIPIENTS
              + " recipients; nothing was changed",
          "remove those that are no longer needed");
    }
    if (config.encryption() instanceof Encryption.Age age && after.contains(age.metadata())) {
      throw new RepositoryRefusedException(
          age.metadata() + " is the repository's own metadata recipient; nothing was changed",
          "it must not read chunks: every host that pushes has its identity");
    }
  }

  private static long snapshots(ObjectStore store) throws FirkinException {
    AtomicLong count = new AtomicLong();
    store.list(KeyPrefix.of("snapshots/"), info -> count.incrementAndGet());
    return count.get();
  }
}
