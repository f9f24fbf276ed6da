package dev.firkin.s3;

import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Makes the SDK's client as this backend needs it. */
final class S3Clients {
  // Objects up to this size are read by one request; larger ones by several ranges at once.
  private static final long PART_BYTES = 8L << 20;
  // Uploads are never split: no object comes near this.
  private static final long NEVER_SPLIT_BYTES = 5L << 30;
  // The least that the runtime accepts: a bound, not a reservation.
  private static final long NATIVE_BYTES = 1L << 30;

  // Held here, or the level would be forgotten with the logger.
  private static final Logger SDK = Logger.getLogger("software.amazon.awssdk");

  static {
    // What matters of the SDK's log is in our exceptions; the rest would break the progress line.
    if (SDK.getLevel() == null) {
      SDK.setLevel(Level.OFF);
    }
  }

  private S3Clients() {}

  /**
   * A client; whoever opens it closes it.
   *
   * @throws StoreRefusedException if no credentials are found
   */
  static S3AsyncClient open(S3Settings settings) throws StoreException {
    return open(settings, credentials(settings));
  }

  /** A client with these credentials. */
  static S3AsyncClient open(S3Settings settings, AwsCredentialsProvider credentials) {
    var builder =
        S3AsyncClient.crtBuilder()
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials)
            .minimumPartSizeInBytes(PART_BYTES)
            .initialReadBufferSizeInBytes(PART_BYTES)
            .thresholdInBytes(NEVER_SPLIT_BYTES)
            .maxNativeMemoryLimitInBytes(NATIVE_BYTES)
            .maxConcurrency(settings.connections())
            // Zero means "the default", which is three; one is the least there is.
            .retryConfiguration(retry -> retry.numRetries(1))
            // Our own checksums travel in headers; trailers, which some stores refuse, never.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpConfiguration(http ->
                http.connectionTimeout(settings.connectTimeout())
                    .connectionHealthConfiguration(health ->
                        health
                            .minimumThroughputInBps(1L)
                            .minimumThroughputTimeout(settings.stallTimeout())));
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) throws StoreException {
    AwsCredentialsProvider provider =
        settings
            .profile()
            .<AwsCredentialsProvider>map(ProfileCredentialsProvider::create)
            .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    try {
      // Asked for once here, because the client would hide what is wrong behind a failed request.
      var _ = provider.resolveCredentials();
      return provider;
    } catch (SdkException e) {
      throw new StoreRefusedException(
          settings.location(),
          null,
          "no credentials for "
              + settings.location()
              + settings
                  .profile()
                  .map(p -> " in the profile '" + p + "': " + e.getMessage())
                  .orElse(""),
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of"
              + " ~/.aws/credentials; --debug tells what was tried",
          e);
    }
  }
}
