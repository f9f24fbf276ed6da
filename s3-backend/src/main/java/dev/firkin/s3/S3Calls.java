package dev.firkin.s3;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;

/** Waits for the SDK's futures: never for ever, and never past an interrupt. */
final class S3Calls {
  private final String location;

  S3Calls(String location) {
    this.location = location;
  }

  /** How a call failed, before it is known what that means. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final Throwable reason;

    Failed(Throwable reason) {
      super(reason);
      this.reason = reason;
    }

    Throwable reason() {
      return reason;
    }
  }

  /**
   * The result of a call.
   *
   * @param done what could not be done if it fails, as in "could not be written"
   * @throws Failed if the SDK says so; {@link S3Failures} knows what it means
   */
  <T> T await(CompletableFuture<T> future, Duration timeout, @Nullable ObjectKey key, String done)
      throws StoreException, Failed {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      // The SDK notices interrupts too, may be the first to, and then clears the flag.
      if (isInterrupt(e)) {
        Thread.currentThread().interrupt();
        throw interrupted(key, done, e);
      }
      throw new Failed(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new StoreUnavailableException(
          location,
          key,
          S3Failures.what(location, key, done) + " within " + timeout.toSeconds() + " s",
          null,
          e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted(key, done, e);
    }
  }

  private static boolean isInterrupt(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof InterruptedException || t instanceof AbortedException) {
        return true;
      }
    }
    return false;
  }

  private StoreInterruptedException interrupted(
      @Nullable ObjectKey key, String done, Throwable cause) {
    return new StoreInterruptedException(
        location, key, S3Failures.what(location, key, done) + ": interrupted", null, cause);
  }
}
