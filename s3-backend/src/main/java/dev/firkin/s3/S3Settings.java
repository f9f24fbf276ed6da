package dev.firkin.s3;

import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.StoreUrlException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;
import software.amazon.awssdk.regions.providers.InstanceProfileRegionProvider;

/**
 * Where a bucket is and how to talk to it: the options, then the environment and the profile by the
 * conventions of the AWS tools, then defaults.
 *
 * @param prefix of the keys of all objects: empty, or with a slash at its end
 * @param endpoint empty for AWS itself
 * @param profile if one was named in the options: then its credentials are used and no others
 * @param bodyTimeout for a call that carries an object
 * @param plainTimeout for one that does not
 */
record S3Settings(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    String region,
    boolean pathStyle,
    Map<ObjectKind, String> storageClasses,
    Optional<ObjectLock> objectLock,
    ChecksumMode checksums,
    Optional<String> profile,
    Duration connectTimeout,
    Duration stallTimeout,
    Duration bodyTimeout,
    Duration plainTimeout,
    int connections) {

  private static final int DEFAULT_CONNECTIONS = 16;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  // A full set of chunks over the slowest of links; what does not move at all is cut long before.
  private static final Duration BODY_TIMEOUT = Duration.ofHours(1);
  private static final Duration PLAIN_TIMEOUT = Duration.ofMinutes(2);

  static S3Settings of(StoreUrl url, StoreOptions options, Map<String, String> environment)
      throws StoreUrlException {
    if (!url.host().matches("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")) {
      throw new StoreUrlException(
          "'%s' is no name of a bucket".formatted(url.host()), "write s3://bucket/prefix");
    }
    if (!url.path().isEmpty() && ObjectKey.parse(url.path()).isEmpty()) {
      throw new StoreUrlException(
          "the prefix of %s cannot be used".formatted(url),
          "use letters, digits, '-', '_' and '.' in it, and single slashes");
    }
    Aws aws = new Aws(options.profile(), environment);
    Optional<URI> endpoint = endpoint(options, aws);
    Duration body = options.requestTimeout().orElse(BODY_TIMEOUT);
    return new S3Settings(
        url.host(),
        url.path().isEmpty() ? "" : url.path() + "/",
        endpoint,
        region(options, aws, endpoint),
        options.pathStyle().orElse(endpoint.isPresent()),
        options.storageClasses(),
        options.objectLock(),
        options.checksums(),
        options.profile(),
        options.connectTimeout().orElse(CONNECT_TIMEOUT),
        shorter(options.stallTimeout().orElse(STALL_TIMEOUT), body),
        body,
        shorter(PLAIN_TIMEOUT, body),
        options.connections().orElse(DEFAULT_CONNECTIONS));
  }

  /** {@code s3://bucket/prefix}. */
  String location() {
    return "s3://"
        + bucket
        + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
  }

  /** {@code s3://bucket/prefix}, and at which server. */
  String place() {
    return location() + endpoint.map(e -> " at " + server(e)).orElse("");
  }

  /** However it is spelled. */
  private static String server(URI endpoint) {
    String scheme = endpoint.getScheme().toLowerCase(Locale.ROOT);
    int port = endpoint.getPort() >= 0 ? endpoint.getPort() : scheme.equals("https") ? 443 : 80;
    String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath().replaceAll("/+$", "");
    return scheme + "://" + endpoint.getHost().toLowerCase(Locale.ROOT) + ":" + port + path;
  }

  S3Settings withStorageClass(ObjectKind kind, String storageClass) {
    return new S3Settings(
        bucket,
        prefix,
        endpoint,
        region,
        pathStyle,
        Map.of(kind, storageClass),
        objectLock,
        checksums,
        profile,
        connectTimeout,
        stallTimeout,
        bodyTimeout,
        plainTimeout,
        connections);
  }

  S3Settings withObjectLock(ObjectLock lock) {
    return new S3Settings(
        bucket,
        prefix,
        endpoint,
        region,
        pathStyle,
        storageClasses,
        Optional.of(lock),
        checksums,
        profile,
        connectTimeout,
        stallTimeout,
        bodyTimeout,
        plainTimeout,
        connections);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Optional<URI> endpoint(StoreOptions options, Aws aws) throws StoreUrlException {
    Optional<String> text =
        first(
            List.of(
                () -> options.endpoint().map(URI::toString),
                () -> aws.variable("AWS_ENDPOINT_URL_S3"),
                () -> aws.variable("AWS_ENDPOINT_URL"),
                () -> aws.property(ProfileProperty.ENDPOINT_URL)));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI endpoint = URI.create(text.get());
      if (("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
          && endpoint.getHost() != null
          && endpoint.getUserInfo() == null) {
        return Optional.of(endpoint);
      }
    } catch (IllegalArgumentException e) {
      // Said below, without the text: it may hold a password.
    }
    throw new StoreUrlException(
        "the endpoint of the S3 server is no URL of a host",
        "write https://host or https://host:port");
  }

  private static String region(StoreOptions options, Aws aws, Optional<URI> endpoint)
      throws StoreUrlException {
    Optional<String> region =
        first(
            List.of(
                options::region,
                () -> aws.variable("AWS_REGION"),
                () -> aws.variable("AWS_DEFAULT_REGION"),
                () -> aws.property(ProfileProperty.REGION),
                // Other servers do not care, but signatures need one.
                () -> endpoint.map(e -> "us-east-1"),
                S3Settings::regionOfThisInstance));
    return region.orElseThrow(() ->
        new StoreUrlException(
            "it is not known in which AWS region the bucket is",
            "give --region, or set AWS_REGION, or --endpoint-url for another server"));
  }

  private static Optional<String> regionOfThisInstance() {
    try {
      return Optional.ofNullable(new InstanceProfileRegionProvider().getRegion())
          .map(Object::toString);
    } catch (SdkException e) {
      return Optional.empty(); // this machine is none of AWS's
    }
  }

  private static Optional<String> first(List<Supplier<Optional<String>>> sources) {
    return sources.stream()
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .filter(value -> !value.isBlank())
        .findFirst();
  }

  /** What the AWS tools have been told on this machine. */
  private record Aws(Optional<String> named, Map<String, String> environment) {
    Optional<String> variable(String name) {
      return Optional.ofNullable(environment.get(name));
    }

    Optional<String> property(String name) {
      String profile = named.or(() -> variable("AWS_PROFILE")).orElse("default");
      return ProfileFile.defaultProfileFile()
          .profile(profile)
          .map(Profile::properties)
          .map(properties -> properties.get(name));
    }
  }
}
