package dev.firkin.transfer;

import dev.firkin.FirkinException;
import java.util.concurrent.ExecutionException;

/** Carries failures across threads without changing what they are. */
final class Failures {
  private Failures() {}

  /** Throws the cause as what it is: never returns. */
  static RuntimeException rethrow(ExecutionException e)
      throws FirkinException, InterruptedException {
    return rethrow(e.getCause() == null ? e : e.getCause());
  }

  static RuntimeException rethrow(Throwable cause) throws FirkinException, InterruptedException {
    switch (cause) {
      case FirkinException firkin -> throw firkin;
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      default -> throw new IllegalStateException("unexpected failure of a worker", cause);
    }
  }
}
