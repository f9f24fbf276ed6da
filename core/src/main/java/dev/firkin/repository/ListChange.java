package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.PinComparison.Verdict;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.local.LocalStateException;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.v1.ConfigFormat;
import dev.firkin.repository.v1.Seal;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The steps in which the list of recipients is replaced by another one, in their order. */
final class ListChange {
  private final Opening opening;
  private final Opening.Unlocked unlocked;
  private final PinComparison pin;
  private final KeySlots slots;

  private ListChange(Opening opening, Opening.Unlocked unlocked, PinComparison pin) {
    this.opening = opening;
    this.unlocked = unlocked;
    this.pin = pin;
    this.slots = new KeySlots(opening.store());
  }

  /**
   * @param credentials for where this host does not hold the secret; else they may be meant for
   *     something else
   * @param ownAttempt whether a difference from the pinned list is no other than the one that is
   *     now asked for: then an earlier attempt died before it was pinned
   */
  static ListChange of(
      Opening opening, Credentials credentials, PinComparison pin, boolean ownAttempt)
      throws FirkinException {
    if (pin.verdict() != Verdict.CHANGED || !ownAttempt) {
      opening.refuseOtherRecipients();
    }
    boolean held = opening.held().isPresent();
    return new ListChange(
        opening, opening.unlock(held ? Credentials.NONE : credentials, held), pin);
  }

  /** Stores the secret for recipients. */
  void wrapFor(Collection<AgeRecipient> recipients) throws FirkinException {
    for (AgeRecipient recipient : recipients) {
      slots.putSecret(recipient, opening.config().id(), secret());
    }
  }

  /** Somebody who removes one of them may have deleted what was stored for it before. */
  void wrapWhereMissing(Collection<AgeRecipient> recipients) throws FirkinException {
    for (AgeRecipient recipient : recipients) {
      if (!slots.holdsSecret(recipient)) {
        slots.putSecret(recipient, opening.config().id(), secret());
      }
    }
  }

  /**
   * Replaces the list, if it is not that already, and pins it.
   *
   * @param slot one of them that is known to have a passphrase slot
   * @param snapshots for the result
   */
  Change commit(List<AgeRecipient> after, Optional<AgeRecipient> slot, long snapshots)
      throws FirkinException {
    RepositoryConfig config = opening.config();
    List<AgeRecipient> added = PinComparison.without(after, config.recipients());
    List<AgeRecipient> removed = PinComparison.without(config.recipients(), after);
    boolean unsaid = slot.filter(s -> !opening.config().passphrases().contains(s)).isPresent();
    if (!added.isEmpty() || !removed.isEmpty() || unsaid) {
      config = config.withRecipients(after, slot);
      replace(config);
    }
    if (opening.pinned().isPresent()) {
      pin(config);
      // With those of an earlier attempt.
      added = PinComparison.without(after, opening.pinned().get().recipients());
      removed = PinComparison.without(opening.pinned().get().recipients(), after);
    }
    return new Change(config, added, removed, snapshots);
  }

  private void replace(RepositoryConfig config) throws FirkinException {
    byte[] sealed = ConfigFormat.write(config, new Seal(unlocked.keys().seals(), config.id()));
    PutResult result =
        opening
            .store()
            .put(
                ConfigObject.KEY,
                ByteBuffer.wrap(sealed),
                PutCondition.ifMatches(opening.found().version()));
    // What counts is what is there: a refusal may be due to our own earlier attempt, and not every
    // store keeps to a condition.
    ConfigObject now = ConfigObject.read(opening.store());
    boolean changedAgain = result instanceof PutResult.Stored && follows(now, config);
    if (!now.holds(sealed) && !changedAgain) {
      throw new ConcurrentChangeException(
          switch (result) {
            case PutResult.Refused refused ->
                "somebody else changed the recipients at the same moment; this change was not made";
            case PutResult.Stored stored ->
                "somebody else changed the recipients at the same moment, and this change was"
                    + " overwritten";
          },
          "'firkin recipients' shows the list; if it is right run 'firkin recipients accept', and"
              + " then this command again");
    }
  }

  private boolean follows(ConfigObject now, RepositoryConfig config) {
    return now.authentic(unlocked.keys()) && now.config().generation() > config.generation();
  }

  private void pin(RepositoryConfig config) throws FirkinException {
    if (pin.verdict() == Verdict.SAME && config.equals(opening.config())) {
      return;
    }
    try {
      opening.known().save(opening.pinned().orElseThrow().withRecipientsOf(config));
    } catch (LocalStateException e) {
      throw new LocalStateException(
          "the recipients were changed, but this host could not write that down: " + e.getMessage(),
          "mend that and run the same command again: until then this host refuses the repository",
          e);
    }
  }

  /**
   * Deletes what is stored for recipients.
   *
   * @param committed the list, in the store, which does not name them
   */
  void unwrap(List<AgeRecipient> recipients, RepositoryConfig committed) throws FirkinException {
    boolean deleted = false;
    for (AgeRecipient recipient : recipients) {
      deleted |= slots.delete(recipient);
    }
    if (deleted) {
      // Somebody may have added one of them again meanwhile, and stored its key before we deleted.
      ConfigObject now = ConfigObject.read(opening.store());
      if (follows(now, committed)) {
        wrapWhereMissing(recipients.stream().filter(now.config().recipients()::contains).toList());
      }
    }
  }

  private RepositorySecret secret() {
    return unlocked.secret().orElseThrow();
  }
}
