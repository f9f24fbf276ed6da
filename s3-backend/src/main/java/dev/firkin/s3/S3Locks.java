package dev.firkin.s3;

import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectLockConfigurationResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Object Lock. Asks for locks by an operation of their own, which who cannot read data may use. */
final class S3Locks implements ObjectLocks {
  private static final String PERMISSIONS =
      "the credentials need GetObjectRetention and PutObjectRetention there: 'firkin policy"
          + " --object-lock' prints all that a role needs";

  private final S3Settings settings;
  private final S3AsyncClient client;
  private final S3Calls calls;
  private final S3Failures failures;
  private volatile boolean required;

  S3Locks(S3Settings settings, S3AsyncClient client, S3Calls calls, S3Failures failures) {
    this.settings = settings;
    this.client = client;
    this.calls = calls;
    this.failures = failures;
  }

  static ObjectLockMode modeOfPut(ObjectLock.Mode mode) {
    return switch (mode) {
      case GOVERNANCE -> ObjectLockMode.GOVERNANCE;
      case COMPLIANCE -> ObjectLockMode.COMPLIANCE;
    };
  }

  private static ObjectLockRetentionMode modeOfLock(ObjectLock.Mode mode) {
    return switch (mode) {
      case GOVERNANCE -> ObjectLockRetentionMode.GOVERNANCE;
      case COMPLIANCE -> ObjectLockRetentionMode.COMPLIANCE;
    };
  }

  /**
   * To be called before a put that is to be locked: a server that knows nothing of locks would take
   * it, and lock nothing.
   */
  void require() throws StoreException {
    if (!required) {
      required =
          switch (state()) {
            case ENABLED -> true;
            case DISABLED ->
                throw new StoreException(
                    settings.location(),
                    null,
                    "the bucket of "
                        + settings.location()
                        + " locks no objects; nothing was written",
                    "use a bucket that was made with Object Lock, or leave --object-lock out",
                    null);
            case UNKNOWN ->
                throw new StoreRefusedException(
                    settings.location(),
                    null,
                    "the credentials may not ask whether the bucket of "
                        + settings.location()
                        + " locks objects; nothing was written",
                    "allow s3:GetBucketObjectLockConfiguration: 'firkin policy --object-lock'"
                        + " prints what a role needs",
                    null);
          };
    }
  }

  @Override
  public State state() throws StoreException {
    try {
      GetObjectLockConfigurationResponse response =
          calls.await(
              client.getObjectLockConfiguration(r -> r.bucket(settings.bucket())),
              settings.plainTimeout(),
              null,
              "asked for its Object Lock");
      failures.answered();
      var configuration = response.objectLockConfiguration();
      return configuration != null && configuration.objectLockEnabled() == ObjectLockEnabled.ENABLED
          ? State.ENABLED
          : State.DISABLED;
    } catch (S3Calls.Failed e) {
      return withoutAnswer(
          failures.explain(null, "asked for its Object Lock", e.reason()), e.reason());
    }
  }

  /** Servers that know nothing of locks say so in many ways. */
  private static State withoutAnswer(StoreException failure, Throwable reason)
      throws StoreException {
    if (failure instanceof NoSuchStoreException
        || failure.retryable()
        || S3Failures.isOfSession(reason)) {
      throw failure;
    }
    int status = status(reason);
    if (status == 401 || status == 403) {
      return State.UNKNOWN;
    }
    if ((status >= 400 && status < 500) || status == 501) {
      return State.DISABLED;
    }
    throw failure;
  }

  @Override
  public Optional<Lock> lockOf(ObjectKey key) throws StoreException {
    try {
      ObjectLockRetention retention =
          calls
              .await(
                  client.getObjectRetention(
                      r -> r.bucket(settings.bucket()).key(settings.prefix() + key)),
                  settings.plainTimeout(),
                  key,
                  "asked for its lock")
              .retention();
      failures.answered();
      return retention == null
          ? Optional.empty()
          : lock(retention.mode(), retention.retainUntilDate());
    } catch (S3Calls.Failed e) {
      if (hasNone(e.reason())) {
        return Optional.empty();
      }
      throw explain(key, "asked for its lock", e.reason());
    }
  }

  private static Optional<Lock> lock(
      @Nullable ObjectLockRetentionMode mode, @Nullable Instant until) {
    if (mode == null || until == null) {
      return Optional.empty();
    }
    // A mode that we do not know is at least not one that may be ended.
    return Optional.of(
        new Lock(
            mode == ObjectLockRetentionMode.GOVERNANCE
                ? ObjectLock.Mode.GOVERNANCE
                : ObjectLock.Mode.COMPLIANCE,
            until));
  }

  @Override
  public boolean lock(ObjectKey key, Lock lock) throws StoreException {
    try {
      calls.await(
          client.putObjectRetention(r ->
              r.bucket(settings.bucket())
                  .key(settings.prefix() + key)
                  .retention(m -> m.mode(modeOfLock(lock.mode())).retainUntilDate(lock.until()))),
          settings.plainTimeout(),
          key,
          "locked");
      failures.answered();
      return true;
    } catch (S3Calls.Failed e) {
      if (isGone(e.reason())) {
        return false;
      }
      throw explain(key, "locked", e.reason());
    }
  }

  /** No lock, no object, or one that is hidden behind a delete marker. */
  private static boolean hasNone(Throwable reason) {
    return isGone(reason)
        || (reason instanceof S3Exception e
            && e.awsErrorDetails() != null
            && "NoSuchObjectLockConfiguration".equals(e.awsErrorDetails().errorCode()));
  }

  private static boolean isGone(Throwable reason) {
    return S3Failures.isMissing(reason) || status(reason) == 405;
  }

  private StoreException explain(ObjectKey key, String done, Throwable reason) {
    StoreException failure = failures.explain(key, done, reason);
    return failure instanceof StoreRefusedException && status(reason) == 403
        ? new StoreRefusedException(
            settings.location(), key, String.valueOf(failure.getMessage()), PERMISSIONS, reason)
        : failure;
  }

  private static int status(Throwable reason) {
    return reason instanceof S3Exception e ? e.statusCode() : 0;
  }
}
