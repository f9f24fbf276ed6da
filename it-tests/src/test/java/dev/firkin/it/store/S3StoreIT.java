package dev.firkin.it.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The store on real servers, opened and wrapped as the program does it. S3Proxy has its turn in the
 * backend's own tests.
 */
final class S3StoreIT {

  abstract static class OnRealServer extends ObjectStoreContract {
    private final S3ServerKind kind;

    OnRealServer(S3ServerKind kind) {
      this.kind = kind;
    }

    /** What the store is opened with, but for the endpoint. */
    StoreOptions options() {
      return StoreOptions.defaults();
    }

    @Override
    protected ObjectStore openEmptyStore() throws Exception {
      S3Server server = kind.server();
      use(server.accessKey(), server.secretKey());
      String bucket = "store-" + UUID.randomUUID();
      try (S3AsyncClient client = client(server)) {
        client.createBucket(b -> b.bucket(bucket)).get();
      }
      return open(server.endpoint(), "s3://" + bucket + "/deep/prefix");
    }

    private ObjectStore open(URI endpoint, String url) throws Exception {
      return new RetryingStore(
          ObjectStores.open(StoreUrl.parse(url), options().withEndpoint(endpoint)),
          RetryPolicy.outagesUpTo(Duration.ofSeconds(30)),
          OutageListener.silent());
    }

    private static S3AsyncClient client(S3Server server) {
      return S3AsyncClient.crtBuilder()
          .endpointOverride(server.endpoint())
          .forcePathStyle(true)
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(
                  AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
          .build();
    }

    /** Where the default chain of the AWS tools looks first. */
    private static void use(String accessKey, String secretKey) {
      System.setProperty("aws.accessKeyId", accessKey);
      System.setProperty("aws.secretAccessKey", secretKey);
    }

    @AfterEach
    void forgetCredentials() {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void saysThatTheBucketDoesNotExist() throws Exception {
      try (ObjectStore none = open(kind.server().endpoint(), "s3://none-" + UUID.randomUUID())) {
        assertThrows(NoSuchStoreException.class, () -> none.head(key("firkin.json")));
        assertThrows(NoSuchStoreException.class, () -> none.get(key("firkin.json"), 10));
        assertThrows(NoSuchStoreException.class, () -> none.put(key("a"), bytes("a"), ALWAYS));
        assertThrows(NoSuchStoreException.class, () -> none.list(KeyPrefix.all(), info -> {}));
      }
    }

    @Test
    void saysThatCredentialsAreRefused() throws Exception {
      S3Server server = kind.server();
      use(server.accessKey(), "not-" + server.secretKey());
      try (ObjectStore refused = open(server.endpoint(), "s3://any-" + UUID.randomUUID())) {
        for (StoreException e :
            List.of(
                assertThrows(StoreRefusedException.class, () -> refused.head(key("a"))),
                assertThrows(StoreRefusedException.class, () -> refused.get(key("a"), 10)),
                assertThrows(
                    StoreRefusedException.class, () -> refused.list(KeyPrefix.all(), i -> {})))) {
          assertFalse(e.toString().contains(server.secretKey()));
        }
      }
    }
  }

  @Nested
  final class OnRgw extends OnRealServer {
    OnRgw() {
      super(S3ServerKind.RGW);
    }
  }

  @Nested
  final class OnRgwWithoutChecksums extends OnRealServer {
    OnRgwWithoutChecksums() {
      super(S3ServerKind.RGW);
    }

    @Override
    StoreOptions options() {
      return super.options().withChecksums(ChecksumMode.NONE);
    }

    /** Deletes one by one in this mode. */
    @Override
    protected int objectsOfLongListing() {
      return 1_005;
    }
  }

  @Nested
  final class OnMinio extends OnRealServer {
    OnMinio() {
      super(S3ServerKind.MINIO);
    }
  }
}
