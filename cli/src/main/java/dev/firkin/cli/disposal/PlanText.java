package dev.firkin.cli.disposal;

import dev.firkin.cli.json.DisposalJson;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.Table;
import dev.firkin.cli.text.Table.Align;
import dev.firkin.cli.text.Times;
import dev.firkin.disposal.ForgetPlan;
import dev.firkin.repository.model.Manifest;
import dev.firkin.retention.Verdict;
import dev.firkin.retention.Verdict.Reason;

/** Shows what a forget does, and why it leaves the rest. */
final class PlanText {
  private final Session session;

  PlanText(Session session) {
    this.session = session;
  }

  void print(ForgetPlan plan, boolean dryRun) {
    if (session.options().json()) {
      session.console().json(DisposalJson.forgotten(plan, dryRun));
      return;
    }
    Table table =
        new Table()
            .column("TIME", Align.LEFT)
            .column("SNAPSHOT", Align.LEFT)
            .column(dryRun ? "WOULD" : "WAS", Align.LEFT)
            .column("WHY", Align.LEFT);
    for (Verdict<Manifest> verdict : plan.verdicts()) {
      table.row(
          Times.minutes(verdict.snapshot().time(), session.host().zone()),
          verdict.snapshot().name().toString(),
          word(verdict, dryRun),
          verdict.kept().map(Reason::toString).orElse(""));
    }
    table.lines().forEach(session.console()::data);
    int forgotten = plan.order().size();
    session
        .console()
        .info(
            "%s %d of %d snapshots%s"
                .formatted(
                    dryRun ? "would forget" : "forgot",
                    forgotten,
                    plan.verdicts().size(),
                    forgotten == 0 || dryRun ? "" : "; 'firkin prune' frees their space"));
  }

  private static String word(Verdict<Manifest> verdict, boolean dryRun) {
    if (verdict.isKept()) {
      return dryRun ? "keep" : "kept";
    }
    return dryRun ? "FORGET" : "FORGOTTEN";
  }
}
