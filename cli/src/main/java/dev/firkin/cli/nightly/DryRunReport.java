package dev.firkin.cli.nightly;

import dev.firkin.cli.json.RunJson;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What a run would do, volume by volume: to people line by line, to programs in one document. */
final class DryRunReport {
  private final Console console;
  private final boolean json;
  private final RunJson document = new RunJson();
  private final Set<String> later = new HashSet<>();

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
      document.planned(
          planned.repository().filter(later::contains).isPresent() ? planned.later() : planned);
    } else {
      console.data(text);
    }
  }

  /**
   * As {@link #add}: that nothing is done with a repository now, so that what follows of it is for
   * later.
   */
  void later(String repository, RunJson.Planned planned, String text) {
    add(planned, text);
    later.add(repository);
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
