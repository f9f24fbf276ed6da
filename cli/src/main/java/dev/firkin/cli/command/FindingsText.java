package dev.firkin.cli.command;

import dev.firkin.cli.session.Console;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.transfer.Finding;
import dev.firkin.transfer.VerifyReport;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells people what is damaged, what that means, and what they can type. */
final class FindingsText {
  private final Console console;

  FindingsText(Console console) {
    this.console = console;
  }

  /** Each finding, with who is hurt by it. */
  void list(VerifyReport report) {
    for (Finding finding : report.findings()) {
      console.data("DAMAGED  " + finding.message());
      console.data("         object " + finding.key());
      if (!finding.direct().isEmpty()) {
        console.data("         needed by " + names(finding.direct()));
      }
      List<SnapshotName> byChain =
          finding.affected().stream().filter(n -> !finding.direct().contains(n)).toList();
      if (!byChain.isEmpty()) {
        console.data("         and by what is a delta on that: " + names(byChain));
      }
    }
  }

  /** The commands that help; nothing where all is well. */
  void whatHelps(VerifyReport report) {
    if (report.sound()) {
      return;
    }
    Set<String> pushes = new LinkedHashSet<>();
    for (Manifest manifest : needingMending(report)) {
      pushes.add(
          manifest
                  .source()
                  .path()
                  .map(path -> "firkin push --repair " + path)
                  .orElse("firkin push --repair --stdin --name " + manifest.name() + " -- COMMAND")
              + "    # on "
              + manifest.source().host()
              + ", while it is still there");
    }
    boolean keys = report.findings().stream().anyMatch(f -> f.kind() == Finding.Kind.KEY);
    console.info(
        keys
            ? "firkin: hint: with another key snapshots that are not named above can be restored;"
                + " what helps ('firkin doctor' says more of keys):"
            : "firkin: hint: snapshots that are not named above can be restored as ever; what"
                + " helps:");
    console.info("  firkin repair --dry-run    # shows what can be done to the store");
    pushes.forEach(push -> console.info("  " + push));
    report.findings().stream()
        .filter(finding -> finding.kind() == Finding.Kind.SNAPSHOT_GONE)
        .flatMap(finding -> finding.direct().stream())
        .distinct()
        .forEach(name ->
            console.info("  firkin repair --accept-gone " + name + "    # if it is gone for good"));
  }

  /** Those that need a damaged object themselves; their deltas are well again with them. */
  private static List<Manifest> needingMending(VerifyReport report) {
    Set<SnapshotName> direct =
        report.findings().stream()
            .flatMap(finding -> finding.direct().stream())
            .collect(Collectors.toSet());
    return report.broken().stream()
        .map(VerifyReport.Broken::manifest)
        .filter(m -> direct.contains(m.name()))
        .toList();
  }

  static String names(List<SnapshotName> names) {
    return names.stream().map(SnapshotName::toString).collect(Collectors.joining(", "));
  }
}
