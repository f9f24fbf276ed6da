package dev.firkin.cli.command;

import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.Console;
import dev.firkin.transfer.RepairStep;
import dev.firkin.transfer.RepairStep.Outcome;
import java.util.List;
import java.util.Optional;

/** Tells what a repair does about each finding. */
final class StepText {
  private final Console console;
  private final boolean silent;

  StepText(Console console, boolean silent) {
    this.console = console;
    this.silent = silent;
  }

  /**
   * A step, and what came of it.
   *
   * @param outcome empty where it was not done
   * @param wanted whether it is to be done at all
   */
  record Done(RepairStep step, Optional<Outcome> outcome, boolean wanted) {
    /** Whether something was to be done, and could not. */
    boolean failed() {
      return !(step instanceof RepairStep.Leave || step instanceof RepairStep.Stay)
          && outcome.isPresent()
          && outcome.get() instanceof Outcome.Left;
    }
  }

  void print(Done done) {
    if (silent) {
      return;
    }
    String what = what(done.step());
    if (done.step() instanceof RepairStep.Stay stay) {
      console.data(
          (stay.byWill() ? "STAYS    in the trash: " : "STAYS    in quarantine: ")
              + what
              + "; "
              + stay.why());
    } else if (done.outcome().isPresent()) {
      switch (done.outcome().get()) {
        case Outcome.Moved moved ->
            console.data("MOVED    " + what + "\n         to " + moved.to());
        case Outcome.Written written -> console.data("WRITTEN  " + what);
        case Outcome.SoundNow sound -> console.data("SOUND    at a second look: " + what);
        case Outcome.Changed changed ->
            console.data("LEFT     " + what + "; somebody has changed or moved it");
        case Outcome.NotNeeded no -> console.data("SKIPPED  " + what + "; " + no.why());
        case Outcome.Left left -> console.data("LEFT     " + what + "; " + left.why());
      }
    } else if (done.wanted()) {
      console.data("WOULD    " + verb(done.step()) + " " + what);
    } else {
      console.data("LOST     " + what + "; --quarantine takes it out of the way");
    }
  }

  private static String verb(RepairStep step) {
    return switch (step) {
      case RepairStep.Discard discard -> "move into the trash:";
      case RepairStep.RewriteKey rewrite -> "write again:";
      case RepairStep.PutBack back -> "put back:";
      case RepairStep.Quarantine quarantine -> "move into the trash:";
      case RepairStep.Stay stay -> "leave in the trash:";
      case RepairStep.GiveUp up -> "put on record:";
      case RepairStep.Leave leave -> "leave:";
    };
  }

  static String what(RepairStep step) {
    return switch (step) {
      case RepairStep.Discard discard -> discard.key();
      case RepairStep.RewriteKey rewrite -> rewrite.key();
      case RepairStep.PutBack back -> "the manifest of " + back.manifest().name();
      case RepairStep.Quarantine quarantine ->
          (quarantine.snapshots().isEmpty()
                  ? "a snapshot whose name is lost"
                  : FindingsText.names(quarantine.snapshots()))
              + " ("
              + quarantine.key()
              + ")";
      case RepairStep.Stay stay -> stay.manifest().name().toString();
      case RepairStep.GiveUp up -> "that " + up.manifest().name() + " is gone for good";
      case RepairStep.Leave leave -> leave.key();
    };
  }

  static List<Documents.Step> json(List<Done> steps) {
    return steps.stream().map(StepText::json).toList();
  }

  private static Documents.Step json(Done done) {
    String action =
        switch (done.step()) {
          case RepairStep.Discard discard -> "discard";
          case RepairStep.RewriteKey rewrite -> "rewrite-key";
          case RepairStep.PutBack back -> "put-back";
          case RepairStep.Quarantine quarantine -> "quarantine";
          case RepairStep.Stay stay -> "stay";
          case RepairStep.GiveUp up -> "give-up";
          case RepairStep.Leave leave -> "leave";
        };
    Optional<String> to = Optional.empty();
    String outcome = "not-done";
    if (done.outcome().isPresent()) {
      outcome =
          switch (done.outcome().get()) {
            case Outcome.Moved moved -> "moved";
            case Outcome.Written written -> "written";
            case Outcome.SoundNow sound -> "sound-now";
            case Outcome.Changed changed -> "changed";
            case Outcome.NotNeeded no -> "not-needed";
            case Outcome.Left left -> "left";
          };
      if (done.outcome().get() instanceof Outcome.Moved moved) {
        to = Optional.of(moved.to());
      }
    }
    Optional<String> why =
        done.step() instanceof RepairStep.Stay stay ? Optional.of(stay.why()) : reason(done);
    return new Documents.Step(action, done.step().key(), outcome, to, why, done.step().snapshots());
  }

  private static Optional<String> reason(Done done) {
    return done.outcome()
        .flatMap(outcome ->
            switch (outcome) {
              case Outcome.Left left -> Optional.of(left.why());
              case Outcome.NotNeeded no -> Optional.of(no.why());
              case Outcome.Moved _, Outcome.Written _, Outcome.SoundNow _, Outcome.Changed _ ->
                  Optional.empty();
            });
  }
}
