package dev.firkin.cli.json;

import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.PinComparison;
import dev.firkin.repository.PinComparison.Verdict;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.Recipients.Listed;
import dev.firkin.repository.Recipients.PassphraseSlot;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The documents of {@code firkin recipients}. */
public final class RecipientsJson {
  private RecipientsJson() {}

  /** Who is on the list, and what this host makes of it. */
  public static String list(String location, Listed listed) {
    ObjectNode node =
        result()
            .put("repository", listed.config().id().text())
            .put("location", location)
            .put("fingerprint", listed.fingerprint())
            .put("generation", listed.config().generation());
    ArrayNode recipients = node.putArray("recipients");
    for (AgeRecipient recipient : listed.config().recipients()) {
      ObjectNode one = recipients.addObject().put("recipient", recipient.text());
      switch (listed.slotOf(recipient)) {
        case PassphraseSlot.None none -> {}
        case PassphraseSlot.There(PassphraseKdf kdf) ->
            one.put("passphrase", kdf.name().toLowerCase(Locale.ROOT));
        case PassphraseSlot.Missing missing -> one.put("passphrase", "missing");
      }
    }
    PinComparison comparison = listed.pin();
    ObjectNode pin = node.putObject("pin").put("state", state(comparison.verdict()));
    comparison.pinnedGeneration().ifPresent(generation -> pin.put("generation", generation));
    put(pin, "added", comparison.added());
    put(pin, "removed", comparison.removed());
    return node.toString();
  }

  /** What an add or a remove did. */
  public static String changed(Change change) {
    ObjectNode node =
        result()
            .put("outcome", change.changed() ? "changed" : "unchanged")
            .put("generation", change.config().generation());
    put(node, "recipients", change.config().recipients());
    put(node, "added", change.added());
    put(node, "removed", change.removed());
    return node.put("snapshots", change.snapshots()).toString();
  }

  /** What this host believes now. */
  public static String accepted(Listed listed) {
    boolean news = listed.pin().verdict() == Verdict.CHANGED;
    ObjectNode node =
        result()
            .put("outcome", news ? "accepted" : "unchanged")
            .put("generation", listed.config().generation());
    put(node, "recipients", listed.config().recipients());
    put(node, "added", listed.pin().added());
    put(node, "removed", listed.pin().removed());
    return node.toString();
  }

  private static String state(Verdict verdict) {
    return switch (verdict) {
      case NONE -> "none";
      case SAME -> "same";
      case CHANGED -> "changed";
      case ROLLED_BACK -> "rolled-back";
      case CONTRADICTS -> "contradicts";
      case NOT_AUTHENTIC -> "not-authentic";
    };
  }

  private static void put(ObjectNode node, String name, List<AgeRecipient> recipients) {
    ArrayNode array = node.putArray(name);
    recipients.stream().map(AgeRecipient::text).forEach(array::add);
  }

  private static ObjectNode result() {
    return JsonNodeFactory.instance.objectNode().put("type", "result");
  }
}
