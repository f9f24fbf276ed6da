package dev.firkin.s3;

import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** A store in a bucket. Versions are ETags. */
final class S3Store implements ObjectStore {
  private static final System.Logger LOG = System.getLogger(S3Store.class.getName());

  /** Metadata of every object that this program puts. */
  static final String CHECKSUM = "firkin-crc32c";

  private final S3Settings settings;
  private final S3AsyncClient client;
  private final NativeRuntime runtime;
  private final String location;
  private final S3Calls calls;
  private final S3Failures failures;
  private final S3Upload uploads;
  private final S3Locks locks;
  // Answers to HEAD do not tell a missing bucket from a missing object.
  private volatile boolean bucketSeen;
  private volatile boolean readsAreRefused;

  /** Takes over {@code client}, and what it runs on. */
  S3Store(S3Settings settings, S3AsyncClient client, NativeRuntime runtime) {
    this.runtime = runtime;
    this.settings = settings;
    this.client = client;
    this.location = settings.location();
    this.calls = new S3Calls(location);
    this.failures = new S3Failures(location);
    this.locks = new S3Locks(settings, client, calls, failures);
    this.uploads = new S3Upload(this, settings, client, calls, failures, locks);
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    return uploads.put(key, body, condition);
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

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    try {
      ObjectReceiver.Received received =
          calls.await(
              client.getObject(
                  r ->
                      r.bucket(settings.bucket())
                          .key(settings.prefix() + key)
                          .range("bytes=" + from + "-" + (from + bytes - 1))
                          .ifMatch(of.map(Version::token).orElse(null)),
                  new ObjectReceiver(bytes)),
              settings.bodyTimeout(),
              key,
              "read");
      answered();
      Version version = version(key, received.response().eTag());
      if (of.isPresent() && !of.get().equals(version)) {
        return Optional.empty(); // a server that knows no conditions
      }
      ByteBuffer body = received.body();
      OptionalLong whole = ContentRange.wholeBytes(received.response().contentRange(), from);
      if (body == null || whole.isEmpty()) {
        throw nonsense(key, "another part of an object than the one asked for");
      }
      return Optional.of(
          new ObjectPart(
              body,
              whole.getAsLong(),
              version,
              Crc32cText.parse(received.response().metadata().get(CHECKSUM))));
    } catch (S3Calls.Failed e) {
      if (S3Failures.isMissing(e.reason())) {
        throw new ObjectMissingException(location, key);
      }
      // Of another version there may be no such part.
      if (of.isPresent()
          && (S3Failures.isRefusedCondition(e.reason()) || S3Failures.isInvalidRange(e.reason()))) {
        return Optional.empty();
      }
      if (S3Failures.isInvalidRange(e.reason())) {
        StoredObject empty = empty(key);
        return Optional.of(new ObjectPart(empty.body(), 0, empty.version(), OptionalInt.empty()));
      }
      throw failures.explain(key, "read", e.reason());
    }
  }

  /** The client asks for a range of every object, and an empty one has none. */
  private StoredObject empty(ObjectKey key) throws StoreException {
    ObjectInfo info = head(key).orElseThrow(() -> new ObjectMissingException(location, key));
    if (info.bytes() != 0) {
      throw StoreUnavailableException.answered(
          location, key, "object " + key + " in " + location + " changed while it was read", null);
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

  /** HEAD takes the right to read, which who only pushes may lack. */
  @Override
  public Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
    if (!readsAreRefused) {
      try {
        return head(key);
      } catch (StoreRefusedException e) {
        LOG.log(System.Logger.Level.DEBUG, "asking for lists from now on", e);
        readsAreRefused = true;
      }
    }
    return new S3Listing(this, settings, client, calls, failures).find(key);
  }

  /** All that the server says of an object. */
  Optional<HeadObjectResponse> look(ObjectKey key) throws StoreException {
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

  Version version(ObjectKey key, @Nullable String etag) throws StoreException {
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

  /** The server has taken an object as it was sent. */
  void stored() {
    bucketSeen = true;
    failures.stored();
  }

  private void answered() {
    bucketSeen = true;
    failures.answered();
  }

  @Override
  public boolean decidesConditions() {
    return uploads.decidesConditions();
  }

  @Override
  public int deletesAtOnce() {
    return S3Deletion.atOnce(settings);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return Optional.of(locks);
  }

  @Override
  public Optional<ArchivedObjects> archive() {
    return Optional.of(new S3Archive(this, settings, client, calls, failures));
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
    try (runtime) {
      client.close();
    }
  }
}
