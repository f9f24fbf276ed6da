package dev.firkin.cli.json;

import dev.firkin.disposal.ForgetPlan;
import dev.firkin.disposal.PruneReport;
import dev.firkin.disposal.PruneReport.Garbage;
import dev.firkin.repository.model.Manifest;
import dev.firkin.retention.Verdict;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The documents of {@code firkin keep}, {@code forget} and {@code prune}. */
public final class DisposalJson {
  private DisposalJson() {}

  /** What is marked to be kept. */
  public static String kept(List<Manifest> manifests) {
    ObjectNode node = result();
    ArrayNode kept = node.putArray("kept");
    manifests.forEach(m -> kept.add(m.name().toString()));
    return node.toString();
  }

  /** What was forgotten, or would be, and why the rest was not. */
  public static String forgotten(ForgetPlan plan, boolean dryRun) {
    ObjectNode node = result().put("dryRun", dryRun).put("forgotten", plan.order().size());
    ArrayNode snapshots = node.putArray("snapshots");
    for (Verdict<Manifest> verdict : plan.verdicts()) {
      Manifest manifest = verdict.snapshot();
      ObjectNode each =
          snapshots
              .addObject()
              .put("volume", manifest.name().volume())
              .put("name", manifest.name().name())
              .put("id", manifest.id().toString())
              .put("time", manifest.time().toString())
              .put("kept", verdict.isKept());
      verdict.kept().ifPresent(why -> each.put("why", why.toString()));
    }
    return node.toString();
  }

  /** What a prune did, or would do. */
  public static String pruned(PruneReport report, boolean dryRun) {
    ObjectNode node =
        result()
            .put("dryRun", dryRun)
            .put("snapshots", report.snapshots())
            .put("chunksKept", report.chunksKept());
    put(node.putObject("deleted"), report.deleted());
    put(node.putObject("waiting"), report.waiting());
    put(node.putObject("condemned"), report.condemned());
    put(node.putObject("locked"), report.locked());
    report.lockedUntil().ifPresent(until -> node.put("lockedUntil", until.toString()));
    return node.put("trashObjects", report.trash())
        .put("abandonedUploads", report.uploads())
        .toString();
  }

  private static void put(ObjectNode node, Garbage garbage) {
    node.put("chunks", garbage.chunks())
        .put("chunkBytes", garbage.chunkBytes())
        .put("pages", garbage.pages());
  }

  private static ObjectNode result() {
    return JsonNodeFactory.instance.objectNode().put("type", "result");
  }
}
