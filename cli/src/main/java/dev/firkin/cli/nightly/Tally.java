package dev.firkin.cli.nightly;

import dev.firkin.cli.nightly.RunReport.Result;
import dev.firkin.cli.session.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known so far of one volume in one repository. For one thread. */
final class Tally {
  final List<String> stored = new ArrayList<>();
  long newBytes;
  int forgotten;

  /** All of it is there; what comes after is retention. */
  boolean complete;

  /** There is no room for it: only retention can make some. */
  boolean full;

  /** What is under way, and how much of it is stored. */
  Optional<RunState.Unfinished> sending = Optional.empty();

  Optional<Failure> failure = Optional.empty();
  Optional<String> note = Optional.empty();

  Result result(String volume, String target) {
    return new Result(volume, target, stored, newBytes, forgotten, failure, note);
  }
}
