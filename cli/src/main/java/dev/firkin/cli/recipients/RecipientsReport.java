package dev.firkin.cli.recipients;

import dev.firkin.cli.json.RecipientsJson;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.Session;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.PinComparison;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.Recipients.Listed;
import dev.firkin.repository.Recipients.PassphraseSlot;
import dev.firkin.store.ObjectStore;
import java.util.List;
import java.util.Locale;

/** What a person has to know of the list, and of what a change of it does and does not do. */
final class RecipientsReport {
  private final Session session;
  private final Console console;

  RecipientsReport(Session session) {
    this.session = session;
    this.console = session.console();
  }

  void list(ObjectStore store, Listed listed) {
    if (session.options().json()) {
      console.json(RecipientsJson.list(store.location(), listed));
      return;
    }
    line("repository", store.location());
    line("fingerprint", listed.fingerprint());
    line("generation", Long.toString(listed.config().generation()));
    if (!listed.config().encrypted()) {
      line("encryption", "none: whoever can read the store can read the backups");
    }
    for (AgeRecipient recipient : listed.config().recipients()) {
      line("recipient", recipient + slot(listed, recipient));
    }
    line("this host", verdict(listed.pin()));
    changes(listed.pin());
    // Before this list was accepted, nothing but accepting it works here.
    if (listed.pin().verdict() == PinComparison.Verdict.SAME
        && listed.config().recipients().stream()
            .anyMatch(r -> listed.slotOf(r) instanceof PassphraseSlot.Missing)) {
      console.info("a passphrase slot is missing: 'firkin verify' says what that means");
    }
  }

  private static String slot(Listed listed, AgeRecipient recipient) {
    return switch (listed.slotOf(recipient)) {
      case PassphraseSlot.None none -> "";
      case PassphraseSlot.There(PassphraseKdf kdf) ->
          " (passphrase, " + kdf.name().toLowerCase(Locale.ROOT) + ")";
      case PassphraseSlot.Missing missing -> " (passphrase, but its slot is missing)";
    };
  }

  private static String verdict(PinComparison pin) {
    return switch (pin.verdict()) {
      case NONE -> "was given no list; 'firkin join' gives it this one";
      case SAME -> "was given this list";
      case CHANGED -> since(pin) + ", refuses this one, and waits for 'firkin recipients accept'";
      case ROLLED_BACK -> since(pin) + ", which is newer: the store was rolled back";
      case CONTRADICTS -> since(pin) + ", and it was another: this one was forged";
      case NOT_AUTHENTIC -> since(pin) + "; this one is not sealed with its secret: it was forged";
    };
  }

  private static String since(PinComparison pin) {
    return "was given the list of generation " + pin.pinnedGeneration().orElseThrow();
  }

  private void changes(PinComparison pin) {
    pin.added().forEach(recipient -> line("  added", recipient.text()));
    pin.removed().forEach(recipient -> line("  removed", recipient.text()));
  }

  /** What a person is asked to believe. */
  void difference(Listed listed) {
    console.info(
        "the list of generation "
            + listed.config().generation()
            + " is sealed with this repository's secret; against the one that this host was"
            + " given:");
    listed.pin().added().forEach(r -> console.info("  added    " + r + slot(listed, r)));
    listed.pin().removed().forEach(r -> console.info("  removed  " + r));
    PinComparison pin = listed.pin();
    listed.config().recipients().stream()
        .filter(r -> !pin.added().contains(r))
        .forEach(r -> console.info("  stays    " + r));
  }

  void accepted(Listed listed) {
    if (session.options().json()) {
      console.json(RecipientsJson.accepted(listed));
    } else if (listed.pin().verdict() == PinComparison.Verdict.CHANGED) {
      console.data(
          "accepted: generation %d, recipients: %d"
              .formatted(listed.config().generation(), listed.config().recipients().size()));
    } else {
      console.data("nothing to accept: this host was given this list already");
    }
  }

  void added(Change change) {
    change.added().forEach(recipient -> data("added", recipient));
    end(change, change.added().isEmpty() ? "nothing to add: all of them are on the list" : "");
    if (change.changed() && change.snapshots() > 0) {
      console.warning(
          "what is stored from now on can be read by the new ones too, what is stored already"
              + " cannot: none of the snapshots there ("
              + change.snapshots()
              + "), and none later that shares a chunk with them; push to a new repository for"
              + " that");
    }
  }

  void removed(Change change, List<AgeRecipient> named) {
    change.removed().forEach(recipient -> data("removed", recipient));
    named.stream()
        .filter(recipient -> !change.removed().contains(recipient))
        .forEach(recipient -> console.info(recipient + " is not on the list"));
    end(change, change.removed().isEmpty() ? "nothing to remove" : "");
    if (change.changed()) {
      console.warning(
          "who was removed can still read every chunk stored while on the list (snapshots there"
              + " now: "
              + change.snapshots()
              + "), and, with a copy of the repository secret, read and forge manifests; a clean"
              + " cut is a new repository ('firkin init'), and this one deleted");
    }
  }

  private void end(Change change, String nothing) {
    if (session.options().json()) {
      console.json(RecipientsJson.changed(change));
      return;
    }
    if (!nothing.isEmpty()) {
      console.data(nothing);
    }
    change.config().recipients().forEach(recipient -> data("on the list", recipient));
    if (change.changed()) {
      console.info(
          "now run 'firkin recipients accept' on every other host: until then they refuse the"
              + " repository; a push that runs goes on with the old list");
    }
  }

  private void data(String what, AgeRecipient recipient) {
    if (!session.options().json()) {
      line(what, recipient.text());
    }
  }

  private void line(String what, String value) {
    console.data("%-11s  %s".formatted(what, value));
  }
}
