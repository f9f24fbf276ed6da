package dev.firkin.cli.nightly;

import dev.firkin.cli.nightly.RunReport.Result;
import dev.firkin.cli.session.Failure;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is known so far of one volume in one repository. For one thread. */
final class Tally {
  final List<String> stored = new ArrayList<>();
  long newBytes;
  int forgotten;

  /** All of it is there; what comes after is retention. */
  boolean complete;

  /** There is no room for it: only retention can make some. */
  boolean full;

  /** What is under way or was left by the run before, and how much of it is stored. */
  Optional<RunState.Unfinished> sending;

  /** The local snapshots that the repository still needs, by uuid; empty if not known. */
  Optional<Set<SubvolumeUuid>> needed = Optional.empty();

  /** Of each snapshot that could not be sent, while newer ones were. */
  final List<Failure> passedOver = new ArrayList<>();

  /** What ended it. */
  Optional<Failure> failure = Optional.empty();

  Optional<String> note = Optional.empty();

  /**
   * @param before what the run before has left
   */
  Tally(RunState.At before) {
    this.sending = before.unfinished();
  }

  Result result(String volume, String target) {
    return new Result(volume, target, stored, newBytes, forgotten, failure, note);
  }
}
