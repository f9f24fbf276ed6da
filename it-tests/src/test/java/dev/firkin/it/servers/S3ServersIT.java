package dev.firkin.it.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Each server is what the other tests take it for: signed requests, stored bytes, conditional
 * writes, refusals.
 */
final class S3ServersIT {

  @ParameterizedTest
  @EnumSource
  void storesAndReturnsBytes(S3ServerKind kind) {
    S3Server server = kind.server();
    try (S3AsyncClient client = client(server, server.secretKey())) {
      String bucket = newBucket(client);
      client
          .putObject(r -> r.bucket(bucket).key("a/key"), AsyncRequestBody.fromString("butter"))
          .join();

      byte[] stored =
          client
              .getObject(r -> r.bucket(bucket).key("a/key"), AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray();

      assertEquals("butter", new String(stored, StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesToOverwriteWhereAskedNotTo(S3ServerKind kind) {
    S3Server server = kind.server();
    try (S3AsyncClient client = client(server, server.secretKey())) {
      String bucket = newBucket(client);
      putIfAbsent(client, bucket, "first");

      CompletionException refused =
          assertThrows(CompletionException.class, () -> putIfAbsent(client, bucket, "second"));

      assertTrue(Set.of(409, 412).contains(status(refused)), refused::toString);
      assertEquals(
          "first",
          client
              .getObject(r -> r.bucket(bucket).key("once"), AsyncResponseTransformer.toBytes())
              .join()
              .asUtf8String());
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWrongSecret(S3ServerKind kind) {
    S3Server server = kind.server();
    try (S3AsyncClient client = client(server, server.secretKey() + "x")) {

      CompletionException refused =
          assertThrows(CompletionException.class, () -> newBucket(client));

      assertEquals(403, status(refused), refused::toString);
    }
  }

  private static void putIfAbsent(S3AsyncClient client, String bucket, String content) {
    client
        .putObject(
            r -> r.bucket(bucket).key("once").ifNoneMatch("*"),
            AsyncRequestBody.fromString(content))
        .join();
  }

  private static String newBucket(S3AsyncClient client) {
    String bucket = "it-" + UUID.randomUUID();
    client.createBucket(r -> r.bucket(bucket)).join();
    return bucket;
  }

  private static int status(CompletionException e) {
    return e.getCause() instanceof S3Exception refusal ? refusal.statusCode() : -1;
  }

  private static S3AsyncClient client(S3Server server, String secretKey) {
    return S3AsyncClient.crtBuilder()
        .endpointOverride(server.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKey(), secretKey)))
        .build();
  }
}
