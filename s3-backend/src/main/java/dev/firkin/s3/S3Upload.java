package dev.firkin.s3;

import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Puts of one store.
 *
 * <p>A condition that the server says does not hold may have been broken by an earlier attempt of
 * the same put, which the client below repeated by itself. So every put leaves a random mark of its
 * own in the metadata, by which it knows its object again.
 *
 * <p>A server that does not implement conditions is asked by HEAD whether one holds, and then told
 * to write whatever happened since: of several writers at once more than one may then believe to
 * have been the one.
 */
final class S3Upload {
  private static final String MARK = "firkin-put";
  private static final String DONE = "written";

  private final S3Store store;
  private final S3Settings settings;
  private final S3AsyncClient client;
  private final S3Calls calls;
  private final S3Failures failures;
  private final S3Locks locks;
  // Each for itself: servers have learnt them one after the other.
  private volatile boolean knowsIfAbsent = true;
  private volatile boolean knowsIfMatches = true;

  S3Upload(
      S3Store store,
      S3Settings settings,
      S3AsyncClient client,
      S3Calls calls,
      S3Failures failures,
      S3Locks locks) {
    this.store = store;
    this.settings = settings;
    this.client = client;
    this.calls = calls;
    this.failures = failures;
    this.locks = locks;
  }

  PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition) throws StoreException {
    if (!knows(condition)) {
      return putIfItHeld(key, body, condition);
    }
    String mark = UUID.randomUUID().toString();
    try {
      return send(key, body, condition, mark);
    } catch (S3Calls.Failed e) {
      Throwable reason = e.reason();
      if (!(condition instanceof PutCondition.Always)) {
        if (S3Failures.isNotImplemented(reason)) {
          return putIfItHeld(key, body, condition);
        }
        if (S3Failures.isRefusedCondition(reason)
            || S3Failures.isConflict(reason)
            || S3Failures.isMissing(reason)) {
          return settle(key, condition, mark, failures.explain(key, DONE, reason));
        }
      }
      throw failures.explain(key, DONE, reason);
    }
  }

  private PutResult send(ObjectKey key, ByteBuffer body, PutCondition condition, String mark)
      throws StoreException, S3Calls.Failed {
    if (settings.objectLock().isPresent() && ObjectKind.of(key).lockable()) {
      locks.require();
    }
    // A copy: the client may still be reading when a call that took too long has been given up.
    AsyncRequestBody copy = AsyncRequestBody.fromRemainingByteBuffer(body.asReadOnlyBuffer());
    PutObjectResponse response =
        calls.await(
            client.putObject(request(key, body, condition, mark), copy),
            settings.bodyTimeout(),
            key,
            DONE);
    store.stored();
    return PutResult.stored(store.version(key, response.eTag()));
  }

  private PutResult putIfItHeld(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    if (!holds(key, condition, store.look(key))) {
      return PutResult.refused();
    }
    try {
      PutResult result = send(key, body, PutCondition.always(), UUID.randomUUID().toString());
      forget(condition); // it was the condition that the server did not know
      return result;
    } catch (S3Calls.Failed e) {
      throw failures.explain(key, DONE, e.reason());
    }
  }

  private boolean knows(PutCondition condition) {
    return switch (condition) {
      case PutCondition.Always() -> true;
      case PutCondition.IfAbsent() -> knowsIfAbsent;
      case PutCondition.IfMatches matches -> knowsIfMatches;
    };
  }

  private void forget(PutCondition condition) {
    switch (condition) {
      case PutCondition.Always() -> {}
      case PutCondition.IfAbsent() -> knowsIfAbsent = false;
      case PutCondition.IfMatches matches -> knowsIfMatches = false;
    }
  }

  boolean decidesConditions() {
    return knowsIfAbsent && knowsIfMatches;
  }

  private PutObjectRequest request(
      ObjectKey key, ByteBuffer body, PutCondition condition, String mark) {
    String checksum = Crc32cText.of(body);
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(settings.bucket())
            .key(settings.prefix() + key)
            .contentLength((long) body.remaining())
            .contentType("application/octet-stream")
            .metadata(Map.of(S3Store.CHECKSUM, checksum, MARK, mark));
    if (settings.checksums() == ChecksumMode.DEFAULT) {
      // Both: a value alone is accepted unchecked by some servers.
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C).checksumCRC32C(checksum);
    }
    String storageClass = settings.storageClasses().get(ObjectKind.of(key));
    if (storageClass != null) {
      request.storageClass(storageClass);
    }
    lockOf(key)
        .ifPresent(lock -> {
          request
              .objectLockMode(S3Locks.modeOfPut(lock.mode()))
              .objectLockRetainUntilDate(Instant.now().plus(lock.period()));
          if (settings.checksums() != ChecksumMode.DEFAULT) {
            // S3 locks nothing that comes without a checksum; this is the oldest of them.
            request.contentMD5(Md5Text.of(body));
          }
        });
    switch (condition) {
      case PutCondition.Always() -> {}
      case PutCondition.IfAbsent() -> request.ifNoneMatch("*");
      case PutCondition.IfMatches(var version) -> request.ifMatch(version.token());
    }
    return request.build();
  }

  private Optional<ObjectLock> lockOf(ObjectKey key) {
    return settings.objectLock().filter(lock -> ObjectKind.of(key).lockedWhenPut());
  }

  /**
   * What became of a conditional put that the server refused: it was refused indeed, or an earlier
   * attempt of it succeeded, or it met another one (409) and is worth repeating.
   */
  private PutResult settle(
      ObjectKey key, PutCondition condition, String mark, StoreException refusal)
      throws StoreException {
    Optional<HeadObjectResponse> there;
    try {
      there = store.look(key);
    } catch (StoreRefusedException e) {
      // Whose it is cannot be seen without the right to read; that there is one is enough here.
      if (condition instanceof PutCondition.IfAbsent && store.find(key).isPresent()) {
        return PutResult.refused();
      }
      throw refusal.retryable() ? refusal : e;
    }
    if (there.isPresent() && mark.equals(there.get().metadata().get(MARK))) {
      return PutResult.stored(store.version(key, there.get().eTag()));
    }
    if (!holds(key, condition, there)) {
      return PutResult.refused();
    }
    throw StoreUnavailableException.answered(
        store.location(),
        key,
        "object %s in %s is being changed by someone else".formatted(key, store.location()),
        refusal);
  }

  private boolean holds(ObjectKey key, PutCondition condition, Optional<HeadObjectResponse> there)
      throws StoreException {
    return switch (condition) {
      case PutCondition.Always() -> true;
      case PutCondition.IfAbsent() -> there.isEmpty();
      case PutCondition.IfMatches(var version) ->
          there.isPresent() && version.equals(store.version(key, there.get().eTag()));
    };
  }
}
