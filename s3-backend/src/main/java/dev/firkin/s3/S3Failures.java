package dev.firkin.s3;

import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectFrozenException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreFullException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What the failures of the SDK and the errors of servers mean; the one place that knows.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">the error
 *     codes of S3</a>
 */
final class S3Failures {
  private static final int MAX_TEXT_CHARS = 200;
  private static final Set<String> PASSING_CODES =
      Set.of(
          "SlowDown",
          "ServiceUnavailable",
          "InternalError",
          "RequestTimeout",
          "Throttling",
          "ThrottlingException",
          "TooManyRequests",
          "OperationAborted",
          "ConditionalRequestConflict",
          "BandwidthLimitExceeded",
          "RequestLimitExceeded");

  /** What came was not what was sent, by the checksum that was sent with it. */
  private static final Set<String> CORRUPTED_CODES =
      Set.of("BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch");

  /** Nothing about what was asked for: not even whether the server knows it. */
  private static final Set<String> SESSION_CODES =
      Set.of(
          "ExpiredToken",
          "InvalidToken",
          "TokenRefreshRequired",
          "RequestExpired",
          "RequestTimeTooSkewed",
          "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException");

  private static final Set<String> FULL_CODES =
      Set.of("QuotaExceeded", "InsufficientStorage", "XMinioStorageFull");

  private static final String FROZEN = "InvalidObjectState";

  /** All that the client leaves of a 500 or 503, because it repeats it. */
  private static final String CODE_OF_5XX = "Response code indicates";

  /** A line may corrupt some objects; a store that does not know our checksums refuses all. */
  private static final int MOST_CORRUPTED_IN_A_ROW = 6;

  private final String location;
  private final AtomicInteger corruptedInARow = new AtomicInteger();
  // Who was answered once has a right certificate and right credentials: what looks otherwise
  // passes.
  private volatile boolean answered;

  S3Failures(String location) {
    this.location = location;
  }

  /** To be called when the server has answered. */
  void answered() {
    answered = true;
  }

  /** To be called when the server has taken an object as it was sent. */
  void stored() {
    answered();
    corruptedInARow.set(0);
  }

  /** The beginning of every message: what could not be done. */
  static String what(String location, @Nullable ObjectKey key, String done) {
    return (key == null ? location : "object " + key + " in " + location) + " could not be " + done;
  }

  static boolean isMissing(Throwable reason) {
    return reason instanceof S3Exception e
        && e.statusCode() == 404
        && !code(e).equals("NoSuchBucket");
  }

  static boolean isRefusedCondition(Throwable reason) {
    return reason instanceof S3Exception e
        && (e.statusCode() == 412 || code(e).equals("PreconditionFailed"));
  }

  /** There is no such range: the object is empty. */
  static boolean isInvalidRange(Throwable reason) {
    return reason instanceof S3Exception e && e.statusCode() == 416;
  }

  /** The server does not know what was asked of it. */
  static boolean isNotImplemented(Throwable reason) {
    return reason instanceof S3Exception e
        && (e.statusCode() == 501 || code(e).equals("NotImplemented"));
  }

  /** The credentials, the clock or the region are wrong, or a line corrupts what is sent. */
  static boolean isOfSession(Throwable reason) {
    return reason instanceof S3Exception e
        && (SESSION_CODES.contains(code(e)) || CORRUPTED_CODES.contains(code(e)));
  }

  /** It lies in an archive. */
  static boolean isFrozen(Throwable reason) {
    return reason instanceof S3Exception e && code(e).equals(FROZEN);
  }

  /** It was asked for before. */
  static boolean isBeingThawed(Throwable reason) {
    return reason instanceof S3Exception e && code(e).equals("RestoreAlreadyInProgress");
  }

  /** Someone else is writing the same object right now. */
  static boolean isConflict(Throwable reason) {
    return reason instanceof S3Exception e && e.statusCode() == 409;
  }

  /**
   * What it means for the caller.
   *
   * @param done what could not be done, as in "could not be written"
   */
  StoreException explain(@Nullable ObjectKey key, String done, Throwable reason) {
    String what = what(location, key, done);
    if (reason instanceof S3Exception e) {
      return answered(key, what, code(e), e.statusCode(), text(e), e);
    }
    if (reason instanceof SdkClientException) {
      return unanswered(key, what, reason);
    }
    return new StoreException(location, key, what + ": " + line(reason.toString()), null, reason);
  }

  /** What an error within the answer to a batch means. */
  StoreException explain(@Nullable ObjectKey key, String done, S3Error error) {
    String code = String.valueOf(error.code());
    return answered(
        key,
        what(location, key, done),
        code,
        code.equals("AccessDenied") ? 403 : 0,
        line(String.valueOf(error.message())),
        null);
  }

  private StoreException answered(
      @Nullable ObjectKey key,
      String what,
      String code,
      int status,
      String text,
      @Nullable Throwable cause) {
    String message = what + ": " + code + (text.isEmpty() ? "" : ", " + text);
    if (code.equals("NoSuchBucket")) {
      return new NoSuchStoreException(
          location,
          key,
          "the bucket of " + location + " does not exist",
          "create it, or check its name and the endpoint",
          cause);
    }
    if (code.equals(FROZEN)) {
      return new ObjectFrozenException(location, key, cause);
    }
    if (PASSING_CODES.contains(code)
        || (status >= 500 && status != 501 && status != 507)
        || status == 429
        || status == 408
        || status == 409
        || (CORRUPTED_CODES.contains(code)
            && corruptedInARow.incrementAndGet() <= MOST_CORRUPTED_IN_A_ROW)) {
      return status == 408 || code.equals("RequestTimeout")
          // It has waited in vain for what should have come over the line.
          ? new StoreUnavailableException(location, key, message, null, cause)
          : StoreUnavailableException.answered(location, key, message, cause);
    }
    String hint = hint(code, status);
    if (FULL_CODES.contains(code) || status == 507) {
      return new StoreFullException(location, key, message, hint, cause);
    }
    return status == 401 || status == 403
        ? new StoreRefusedException(location, key, message, hint, cause)
        : new StoreException(location, key, message, hint, cause);
  }

  private static @Nullable String hint(String code, int status) {
    return switch (code) {
      case "RequestTimeTooSkewed", "RequestExpired" ->
          "the clocks of this machine and the server differ: set this one right (timedatectl)";
      case "SignatureDoesNotMatch" ->
          "the secret key does not belong to the access key, or a proxy changes the requests";
      case "InvalidAccessKeyId" ->
          "the server does not know this access key: check endpoint and key";
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
          "the session has ended: log in again";
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException" ->
          "the bucket is in another region: give it with --region";
      case "BadDigest",
          "InvalidDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch",
          "MalformedTrailerError",
          "InvalidRequest" ->
          "if the store does not know these checksums, try --checksums when_required, then none";
      case "InvalidStorageClass" ->
          "the server has no such storage class: leave --storage-class out";
      case "NotImplemented" -> "the server does not know this operation; another server may";
      case "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull" ->
          "make room on the server, then run the same command again";
      default ->
          status == 401 || status == 403
              ? "the credentials need GetObject, PutObject, DeleteObject and ListBucket there"
              : null;
    };
  }

  private StoreException unanswered(@Nullable ObjectKey key, String what, Throwable reason) {
    String said = reason.getMessage();
    String text = line(said == null ? reason.toString() : said);
    String lower = text.toLowerCase(Locale.ROOT);
    boolean passing = answered || lower.contains("timeout") || lower.contains("during tls read");
    if (!passing && (lower.contains("tls") || lower.contains("certificate"))) {
      return new StoreException(
          location,
          key,
          what + ": no secure connection: " + text,
          "check the endpoint, its certificate and the CA certificates of this machine",
          reason);
    }
    if (text.contains("RequestTimeTooSkewed")) {
      // The one error code that the client takes away from its answer, because it repeats it.
      return new StoreRefusedException(
          location, key, what + ": " + text, hint("RequestTimeTooSkewed", 403), reason);
    }
    if (!passing && lower.contains("credentials")) {
      return new StoreRefusedException(
          location, key, what + ": " + text, "check the credentials of this machine", reason);
    }
    return text.contains(CODE_OF_5XX)
        ? StoreUnavailableException.answered(location, key, what + ": " + text, reason)
        : new StoreUnavailableException(location, key, what + ": " + text, null, reason);
  }

  /** The error code, or the status where there is none: answers to HEAD have no body. */
  private static String code(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null || code.isBlank() ? "status " + e.statusCode() : code;
  }

  private static String text(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String text = details == null ? null : details.errorMessage();
    return text == null || text.equals("null") ? "" : line(text);
  }

  /** One short line without the SDK's additions. */
  private static String line(String text) {
    String line =
        text.replaceAll("\\(SDK Attempt Count: \\d+\\)", "")
            .replace("Failed to send the request: ", "")
            .replaceAll("[\\p{Cc}\\p{Cf}\\s]+", " ")
            .strip();
    line = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    return line.length() <= MAX_TEXT_CHARS ? line : line.substring(0, MAX_TEXT_CHARS) + "…";
  }
}
