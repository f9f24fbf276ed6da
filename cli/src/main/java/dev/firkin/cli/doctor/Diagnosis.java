package dev.firkin.cli.doctor;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.store.StoreUnavailableException;
import java.util.Optional;

/**
 * What was found out about one thing.
 *
 * @param check the thing, one word, stable
 * @param exit what the program ends with because of it; {@code DONE} unless it has failed
 * @param text one line
 * @param hint what it means, or what to do
 */
record Diagnosis(String check, State state, ExitCode exit, String text, Optional<String> hint) {

  enum State {
    OK,
    /** Works, but less well than it could. */
    WARNING,
    FAILED,
    /** Could not be looked at. */
    SKIPPED
  }

  static Diagnosis ok(String check, String text) {
    return new Diagnosis(check, State.OK, ExitCode.DONE, text, Optional.empty());
  }

  static Diagnosis warning(String check, String text, String hint) {
    return new Diagnosis(check, State.WARNING, ExitCode.DONE, text, Optional.of(hint));
  }

  static Diagnosis skipped(String check, String text) {
    return new Diagnosis(check, State.SKIPPED, ExitCode.DONE, text, Optional.empty());
  }

  static Diagnosis failed(String check, FirkinException why) {
    Failure failure = Failure.of(why);
    return new Diagnosis(check, State.FAILED, failure.exit(), failure.message(), failure.hint());
  }

  /** The store could not be reached for as long as it was waited for. */
  static Diagnosis unreachable(String check, StoreUnavailableException why) {
    String hint = why.hint().orElse("check the network and the endpoint");
    return new Diagnosis(
        check, State.FAILED, ExitCode.UNFINISHED, Failure.of(why).message(), Optional.of(hint));
  }

  static Diagnosis failed(String check, String text, String hint) {
    return new Diagnosis(check, State.FAILED, ExitCode.FAILED, text, Optional.of(hint));
  }
}
