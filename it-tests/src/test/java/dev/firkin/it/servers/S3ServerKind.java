package dev.firkin.it.servers;

import dev.firkin.it.servers.Availability.Running;
import dev.firkin.it.servers.Availability.Unavailable;

/**
 * The kinds of S3 server that the same tests run against; made for {@code @EnumSource}. One server
 * of each kind per JVM, shared by its tests: use a bucket of your own and never close it.
 * Thread-safe.
 */
public enum S3ServerKind {
  /** In process, always there; no Object Lock, and its conditional writes race. */
  S3PROXY,
  /** Ceph RGW, a production store. */
  RGW,
  /** MinIO, in a container where Docker answers, else the native program. */
  MINIO;

  /**
   * The server, started at the first call; it ends with the JVM. Where the machine has none, the
   * running test is skipped, or fails where {@code FIRKIN_REQUIRE} demands it. A server that should
   * start and does not is a failure.
   */
  public S3Server server() {
    return switch (SharedServers.get(this)) {
      case Running running -> running.server();
      case Unavailable unavailable ->
          throw Requirements.missing(requirement(), unavailable.reason());
    };
  }

  Availability start() {
    return switch (this) {
      case S3PROXY -> S3ProxyServer.start();
      case RGW -> RgwServer.start();
      case MINIO -> MinioServer.start();
    };
  }

  private String requirement() {
    return switch (this) {
      case S3PROXY, RGW -> "s3";
      case MINIO -> "minio";
    };
  }
}
