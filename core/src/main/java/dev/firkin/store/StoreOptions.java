package dev.firkin.store;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the user says about a store beside its URL. Whatever is empty is left to the backend: its
 * own defaults, or the environment by the conventions of its kind (for S3 the AWS ones). A backend
 * ignores what means nothing to it.
 *
 * @param endpoint the server, where it is not the cloud's own
 * @param pathStyle bucket in the path instead of in the host name
 * @param storageClasses of chunks, pages and manifests, where it is not to be the store's default
 * @param objectLock of what is put and is to stay ({@link ObjectKind#lockable}); a backend that
 *     cannot lock refuses to be opened with it
 * @param profile of the credentials file
 * @param connectTimeout for one connection
 * @param requestTimeout for one request as a whole; a stalled transfer is cut earlier
 * @param stallTimeout a transfer on which no byte has moved for so long is cut; whole seconds
 * @param connections at most so many at once
 */
public record StoreOptions(
    Optional<URI> endpoint,
    Optional<String> region,
    Optional<Boolean> pathStyle,
    Map<ObjectKind, String> storageClasses,
    Optional<ObjectLock> objectLock,
    ChecksumMode checksums,
    Optional<String> profile,
    Optional<Duration> connectTimeout,
    Optional<Duration> requestTimeout,
    Optional<Duration> stallTimeout,
    Optional<Integer> connections) {

  public StoreOptions {
    Objects.requireNonNull(checksums);
    storageClasses = Map.copyOf(storageClasses);
    storageClasses
        .keySet()
        .forEach(kind -> {
          if (!kind.classed()) {
            throw new IllegalArgumentException(kind.word() + " have to be at hand");
          }
        });
    connections.ifPresent(n -> {
      if (n < 1) {
        throw new IllegalArgumentException("connections: " + n);
      }
    });
  }

  /** Everything left to the backend. */
  public static StoreOptions defaults() {
    return new StoreOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        ChecksumMode.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A copy with this {@link #endpoint()}. */
  public StoreOptions withEndpoint(URI endpoint) {
    return new StoreOptions(
        Optional.of(endpoint),
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #region()}. */
  public StoreOptions withRegion(String region) {
    return new StoreOptions(
        endpoint,
        Optional.of(region),
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #pathStyle()}. */
  public StoreOptions withPathStyle(boolean pathStyle) {
    return new StoreOptions(
        endpoint,
        region,
        Optional.of(pathStyle),
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this class for this kind. */
  public StoreOptions withStorageClass(ObjectKind kind, String storageClass) {
    Map<ObjectKind, String> classes = new HashMap<>(storageClasses);
    classes.put(kind, storageClass);
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        classes,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #objectLock()}. */
  public StoreOptions withObjectLock(ObjectLock objectLock) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        Optional.of(objectLock),
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #checksums()}. */
  public StoreOptions withChecksums(ChecksumMode checksums) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #profile()}. */
  public StoreOptions withProfile(String profile) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        Optional.of(profile),
        connectTimeout,
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #connectTimeout()}. */
  public StoreOptions withConnectTimeout(Duration connectTimeout) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        Optional.of(connectTimeout),
        requestTimeout,
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #requestTimeout()}. */
  public StoreOptions withRequestTimeout(Duration requestTimeout) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        Optional.of(requestTimeout),
        stallTimeout,
        connections);
  }

  /** A copy with this {@link #stallTimeout()}. */
  public StoreOptions withStallTimeout(Duration stallTimeout) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        Optional.of(stallTimeout),
        connections);
  }

  /** A copy with this {@link #connections()}. */
  public StoreOptions withConnections(int connections) {
    return new StoreOptions(
        endpoint,
        region,
        pathStyle,
        storageClasses,
        objectLock,
        checksums,
        profile,
        connectTimeout,
        requestTimeout,
        stallTimeout,
        Optional.of(connections));
  }
}
