package dev.firkin.it.engine;

import dev.firkin.FirkinException;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The contract on a bucket of its own, under a prefix, with credentials from a profile. */
abstract class S3PushRestoreContract extends PushRestoreContract {
  private static final String PROFILE = "firkin-it";
  private static final String CREDENTIALS_FILE = "aws.sharedCredentialsFile";

  private final S3ServerKind kind;

  S3PushRestoreContract(S3ServerKind kind) {
    this.kind = kind;
  }

  @Override
  ObjectStore openEmptyStore() throws FirkinException, IOException {
    S3Server server = kind.server();
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
    StoreUrl url = StoreUrl.parse("s3://" + newBucket(server) + "/backups/here");
    String before = System.setProperty(CREDENTIALS_FILE, credentials.toString());
    try {
      return ObjectStores.open(url, options);
    } finally {
      if (before == null) {
        System.clearProperty(CREDENTIALS_FILE);
      } else {
        System.setProperty(CREDENTIALS_FILE, before);
      }
    }
  }

  @Override
  int deltas() {
    return 2;
  }

  private static String newBucket(S3Server server) {
    AwsBasicCredentials credentials =
        AwsBasicCredentials.create(server.accessKey(), server.secretKey());
    try (S3AsyncClient client =
        S3AsyncClient.crtBuilder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .build()) {
      String bucket = "it-" + UUID.randomUUID();
      client.createBucket(r -> r.bucket(bucket)).join();
      return bucket;
    }
  }
}
