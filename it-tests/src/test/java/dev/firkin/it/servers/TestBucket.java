package dev.firkin.it.servers;

import dev.firkin.FirkinException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** A new bucket on a server; firkin makes none itself. */
public record TestBucket(S3Server server, String name) {
  private static final String PROFILE = "firkin-it";
  private static final String CREDENTIALS_FILE = "aws.sharedCredentialsFile";

  /** Makes it. */
  public static TestBucket on(S3Server server) {
    return on(server, false);
  }

  /** Makes one with Object Lock; what is locked in it stays when the tests are over. */
  public static TestBucket lockingOn(S3Server server) {
    return on(server, true);
  }

  private static TestBucket on(S3Server server, boolean locking) {
    TestBucket bucket = new TestBucket(server, "it-" + UUID.randomUUID().toString().substring(24));
    try (S3AsyncClient client = bucket.client()) {
      client
          .createBucket(r -> {
            r.bucket(bucket.name);
            if (locking) {
              r.objectLockEnabledForBucket(true);
            }
          })
          .join();
    }
    return bucket;
  }

  /** For what firkin does not do; whoever opens it closes it. */
  public S3AsyncClient client() {
    return S3AsyncClient.crtBuilder()
        .endpointOverride(server.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
        .build();
  }

  /**
   * The store below a prefix, with credentials from a profile.
   *
   * @param folder for the file with the profile
   */
  public ObjectStore store(String prefix, Path folder) throws FirkinException, IOException {
    return store(prefix, folder, options -> options);
  }

  /**
   * As the other.
   *
   * @param change of what the store is opened with
   */
  public ObjectStore store(String prefix, Path folder, UnaryOperator<StoreOptions> change)
      throws FirkinException, IOException {
    Path credentials =
        Files.writeString(
            folder.resolve("credentials"),
            "[%s]%naws_access_key_id = %s%naws_secret_access_key = %s%n"
                .formatted(PROFILE, server.accessKey(), server.secretKey()));
    StoreOptions options =
        StoreOptions.defaults()
            .withEndpoint(server.endpoint())
            .withPathStyle(true)
            .withProfile(PROFILE);
    String before = System.setProperty(CREDENTIALS_FILE, credentials.toString());
    try {
      return ObjectStores.open(
          StoreUrl.parse("s3://" + name + "/" + prefix), change.apply(options));
    } finally {
      if (before == null) {
        System.clearProperty(CREDENTIALS_FILE);
      } else {
        System.setProperty(CREDENTIALS_FILE, before);
      }
    }
  }
}
