package dev.firkin.cli.nightly;

import dev.firkin.cli.json.RunJson;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import java.util.Locale;

/** What a run would do, in its order: to people line by line, to programs in one document. */
final class DryRunReport {
  private final Console console;
  private final boolean json;
  private final RunJson document = new RunJson();

  DryRunReport(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /** What follows is of a volume. */
  void volume(String name) {
    if (!json) {
      console.data(name + ":");
    }
  }

  /**
   * One thing that would be done, or not.
   *
   * @param text the same for people
   */
  void add(RunJson.Planned planned, String text) {
    if (json) {
      document.planned(planned);
    } else {
      console.data(text);
    }
  }

  /** What could not be told. */
  void failed(String with, Failure failure) {
    document.failure(with, failure);
    console.warning(with + ": " + failure.message());
    failure.hint().ifPresent(hint -> console.info("hint: " + hint));
  }

  /** That was all. */
  void end(ExitCode exit) {
    if (json) {
      console.json(document.dryRun(exit.name().toLowerCase(Locale.ROOT)).toString());
    }
  }
}
