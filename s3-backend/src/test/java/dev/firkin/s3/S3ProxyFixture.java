package dev.firkin.s3;

import dev.firkin.store.ChecksumMode;
import dev.firkin.store.StoreException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** S3Proxy in this JVM, over memory. */
final class S3ProxyFixture implements AutoCloseable {
  static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("testaccess", "testsecret"));

  private final TransientNio2BlobStore memory = new TransientNio2BlobStore();
  private final S3Proxy proxy;

  S3ProxyFixture() throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(memory)
            .awsAuthentication(AuthenticationType.AWS_V4, "testaccess", "testsecret")
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    proxy.start();
  }

  /** Settings for a bucket that may or may not be there. */
  S3Settings settings(String bucket, String prefix, ChecksumMode checksums) {
    return settings(URI.create("http://127.0.0.1:" + proxy.getPort()), bucket, prefix, checksums);
  }

  static S3Settings settings(URI endpoint, String bucket, String prefix, ChecksumMode checksums) {
    return new S3Settings(
        bucket,
        prefix,
        Optional.of(endpoint),
        "us-east-1",
        true,
        Map.of(),
        Optional.empty(),
        checksums,
        Optional.empty(),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        16);
  }

  /** A store in a bucket of its own, which exists. */
  S3Store newBucket(String prefix, ChecksumMode checksums) throws Exception {
    String bucket = "b-" + UUID.randomUUID();
    S3AsyncClient client = client(settings(bucket, prefix, checksums));
    client.createBucket(b -> b.bucket(bucket)).get();
    return store(settings(bucket, prefix, checksums), client);
  }

  static S3Store store(S3Settings settings, S3AsyncClient client) throws StoreException {
    return new S3Store(settings, client, NativeRuntime.hold(settings.location()));
  }

  static S3AsyncClient client(S3Settings settings) {
    return S3Clients.open(settings, CREDENTIALS);
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not stop", e);
    } finally {
      memory.close();
    }
  }
}
