package dev.firkin.it.cli;

import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.TestBucket;
import java.net.URI;

/** Makes buckets, which firkin does not. */
final class Buckets {
  private Buckets() {}

  /** A new bucket. */
  static String make(S3Server server) {
    return TestBucket.on(server).name();
  }

  /** Gives a computer what it needs to reach a server, by the AWS conventions. */
  static Computer access(Computer computer, S3Server server, URI endpoint) {
    return computer
        .set("AWS_ACCESS_KEY_ID", server.accessKey())
        .set("AWS_SECRET_ACCESS_KEY", server.secretKey())
        .set("AWS_REGION", "us-east-1")
        .set("AWS_ENDPOINT_URL_S3", endpoint.toString());
  }
}
