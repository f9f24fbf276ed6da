package dev.firkin.s3;

import dev.firkin.store.ChecksumMode;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * A store in a bucket. Versions are ETags.
 *
 * <p>A condition that the server says does not hold may have been broken by an earlier attempt of
 * the same put, which the client below repeated by itself. So every put leaves a random mark of its
 * own in the metadata, by which it knows its object again.
 */
final class S3Store implements ObjectStore {
  private static final String CHECKSUM = "firkin-crc32c";
  private static final String MARK = "firkin-put";

  private final S3Settings settings;
  private final S3AsyncClient client;
  private final String location;
  private final S3Calls calls;
  private final S3Failures failures;
  // Answers to HEAD do not tell a missing bucket from a missing object.
  private volatile boolean bucketSeen;

  /** Takes over {@code client}. */
  S3Store(S3Settings settings, S3AsyncClient client) {
    this.settings = settings;
    this.client = client;
    this.location = settings.location();
    this.calls = new S3Calls(location);
    this.failures = new S3Failures(location);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    String mark = UUID.randomUUID().toString();
    // A copy: the client may still be reading when a call that took too long has been given up.
    AsyncRequestBody copy = AsyncRequestBody.fromRemainingByteBuffer(body.asReadOnlyBuffer());
    try {
      var response =
          calls.await(
              client.putObject(request(key, body, condition, mark), copy),
              settings.bodyTimeout(),
              key,
              "written");
      bucketSeen = true;
      failures.stored();
      return PutResult.stored(version(key, response.eTag()));
    } catch (S3Calls.Failed e) {
      Throwable reason = e.reason();
      boolean conditional = !(condition instanceof PutCondition.Always);
      if (conditional
          && (S3Failures.isRefusedCondition(reason)
              || S3Failures.isConflict(reason)
              || S3Failures.isMissing(reason))) {
        return settle(key, condition, mark, failures.explain(key, "written", reason));
      }
      throw failures.explain(key, "written", reason);
    }
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
            .metadata(Map.of(CHECKSUM, checksum, MARK, mark));
    if (settings.checksums() == ChecksumMode.DEFAULT) {
      // Both: a value alone is accepted unchecked by some servers.
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C).checksumCRC32C(checksum);
    }
    if (key.value().startsWith("chunks/")) {
      settings.storageClass().ifPresent(request::storageClass);
    }
    switch (condition) {
      case PutCondition.Always() -> {}
      case PutCondition.IfAbsent() -> request.ifNoneMatch("*");
      case PutCondition.IfMatches(Version version) -> request.ifMatch(version.token());
    }
    return request.build();
  }

  /**
   * What became of a conditional put that the server refused: it was refused indeed, or an earlier
   * attempt of it succeeded, or it met another one (409) and is worth repeating.
   */
  private PutResult settle(
      ObjectKey key, PutCondition condition, String mark, StoreException refusal)
      throws StoreException {
    Optional<HeadObjectResponse> there = look(key);
    if (there.isPresent() && mark.equals(there.get().metadata().get(MARK))) {
      return PutResult.stored(version(key, there.get().eTag()));
    }
    boolean holds =
        switch (condition) {
          case PutCondition.Always() -> true;
          case PutCondition.IfAbsent() -> there.isEmpty();
          case PutCondition.IfMatches(Version version) ->
              there.isPresent() && version.equals(version(key, there.get().eTag()));
        };
    if (!holds) {
      return PutResult.refused();
    }
    throw new StoreUnavailableException(
        location,
        key,
        "object %s in %s is being changed by someone else".formatted(key, location),
        null,
        refusal);
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    try {
      ObjectReceiver.Received received =
          calls.await(
              client.getObject(
                  r -> r.bucket(settings.bucket()).key(settings.prefix() + key),
                  new ObjectReceiver(maxBytes)),
              settings.bodyTimeout(),
              key,
              "read");
      answered();
      ObjectTooLargeException.check(location, key, received.bytes(), maxBytes);
      ByteBuffer body = received.body();
      if (body == null) {
        throw new IllegalStateException("no body of " + key);
      }
      String checksum = received.response().metadata().get(CHECKSUM);
      String arrived = Crc32cText.of(body);
      if (checksum != null && !checksum.equals(arrived)) {
        throw new ObjectDamagedException(location, key, arrived);
      }
      return new StoredObject(body, version(key, received.response().eTag()));
    } catch (S3Calls.Failed e) {
      if (S3Failures.isMissing(e.reason())) {
        throw new ObjectMissingException(location, key);
      }
      if (S3Failures.isInvalidRange(e.reason())) {
        return empty(key);
      }
      throw failures.explain(key, "read", e.reason());
    }
  }

  /** The client asks for a range of every object, and an empty one has none. */
  private StoredObject empty(ObjectKey key) throws StoreException {
    ObjectInfo info = head(key).orElseThrow(() -> new ObjectMissingException(location, key));
    if (info.bytes() != 0) {
      throw new StoreUnavailableException(
          location,
          key,
          "object " + key + " in " + location + " changed while it was read",
          null,
          null);
    }
    return new StoredObject(ByteBuffer.allocate(0), info.version());
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    Optional<HeadObjectResponse> there = look(key);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    HeadObjectResponse head = there.get();
    return Optional.of(info(key, head.contentLength(), head.lastModified(), head.eTag()));
  }

  private Optional<HeadObjectResponse> look(ObjectKey key) throws StoreException {
    try {
      HeadObjectResponse response =
          calls.await(
              client.headObject(r -> r.bucket(settings.bucket()).key(settings.prefix() + key)),
              settings.plainTimeout(),
              key,
              "looked up");
      answered();
      return Optional.of(response);
    } catch (S3Calls.Failed e) {
      if (S3Failures.isMissing(e.reason())) {
        requireBucket(key);
        return Optional.empty();
      }
      throw failures.explain(key, "looked up", e.reason());
    }
  }

  private void requireBucket(ObjectKey key) throws StoreException {
    if (bucketSeen) {
      return;
    }
    try {
      calls.await(
          client.listObjectsV2(
              r -> r.bucket(settings.bucket()).prefix(settings.prefix() + key).maxKeys(1)),
          settings.plainTimeout(),
          key,
          "looked up");
      answered();
    } catch (S3Calls.Failed e) {
      throw S3Failures.isMissing(e.reason())
          ? new NoSuchStoreException(
              location, key, "the bucket of " + location + " does not exist", null, e.reason())
          : failures.explain(key, "looked up", e.reason());
    }
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    new S3Listing(this, settings, client, calls, failures).list(prefix, each);
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    new S3Deletion(settings, client, calls, failures).delete(keys);
  }

  /** What an answer says of an object; one that leaves something out is no answer. */
  ObjectInfo info(
      ObjectKey key, @Nullable Long bytes, @Nullable Instant modified, @Nullable String etag)
      throws StoreException {
    if (bytes == null || modified == null) {
      throw nonsense(key, "an object without length or time");
    }
    return new ObjectInfo(key, bytes, modified, version(key, etag));
  }

  private Version version(ObjectKey key, @Nullable String etag) throws StoreException {
    if (etag == null || etag.isEmpty()) {
      throw nonsense(key, "an object without ETag");
    }
    return new Version(etag);
  }

  S3AsyncClient client() {
    return client;
  }

  String bucket() {
    return settings.bucket();
  }

  /** The server says something that no S3 server says: nothing it says can be relied upon. */
  StoreException nonsense(@Nullable ObjectKey key, String said) {
    return new StoreException(
        location,
        key,
        "the server of " + location + " answers with " + said,
        "check the endpoint: it may be no S3 server, or something in between changes its answers",
        null);
  }

  private void answered() {
    bucketSeen = true;
    failures.answered();
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public String place() {
    return settings.place();
  }

  @Override
  public void close() {
    client.close();
  }
}
