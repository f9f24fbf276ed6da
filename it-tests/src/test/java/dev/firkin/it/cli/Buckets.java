package dev.firkin.it.cli;

import dev.firkin.it.servers.S3Server;
import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Makes buckets, which firkin does not. */
final class Buckets {
  private Buckets() {}

  /** A new bucket. */
  static String make(S3Server server) {
    String bucket = "it-" + UUID.randomUUID();
    try (S3AsyncClient client =
        S3AsyncClient.crtBuilder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
            .build()) {
      client.createBucket(r -> r.bucket(bucket)).join();
    }
    return bucket;
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
