package dev.firkin.cli.nightly;

import dev.firkin.cli.nightly.RunReport.Result;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Table;
import dev.firkin.cli.text.Table.Align;
import dev.firkin.cli.text.Times;
import java.time.ZoneId;

/** Shows people what a run did. */
final class RunText {
  private final Console console;
  private final ZoneId zone;

  /**
   * @param zone that times are shown in
   */
  RunText(Console console, ZoneId zone) {
    this.console = console;
    this.zone = zone;
  }

  void print(RunReport report) {
    Table table =
        new Table()
            .column("VOLUME", Align.LEFT)
            .column("REPOSITORY", Align.LEFT)
            .column("STORED", Align.RIGHT)
            .column("NEW", Align.RIGHT)
            .column("FORGOTTEN", Align.RIGHT)
            .column("RESULT", Align.LEFT);
    for (Result result : report.results()) {
      table.row(
          result.volume(),
          result.target(),
          Integer.toString(result.stored().size()),
          ByteSize.format(result.newBytes()),
          Integer.toString(result.forgotten()),
          word(result));
    }
    table.lines().forEach(console::data);
    console.data(
        "local: %d snapshots made, %d dropped"
            .formatted(report.made().size(), report.dropped().size()));
    report
        .pruned()
        .forEach(p ->
            console.data(
                "pruned %s: %s deleted, %s waiting"
                    .formatted(
                        p.target(),
                        ByteSize.format(p.report().deleted().chunkBytes()),
                        ByteSize.format(p.report().waiting().chunkBytes()))));
    report
        .locked()
        .forEach(l ->
            console.data(
                "locked %s: %d of %d objects for longer, until %s"
                    .formatted(
                        l.target(),
                        l.report().extended(),
                        l.report().looked(),
                        Times.minutes(l.report().until(), zone))));
    for (Result result : report.results()) {
      result.failure().ifPresent(f -> tell(result.volume() + " to " + result.target(), f));
      result
          .note()
          .ifPresent(
              note -> console.warning(result.volume() + " to " + result.target() + ": " + note));
    }
    report.failures().forEach(trouble -> tell(trouble.with(), trouble.failure()));
  }

  private static String word(Result result) {
    if (result.failed()) {
      return "FAILED";
    }
    return result.unfinished() ? "unfinished" : "ok";
  }

  private void tell(String with, Failure failure) {
    console.warning(with + ": " + failure.message());
    failure.hint().ifPresent(hint -> console.info("hint: " + hint));
  }
}
