package dev.firkin.s3;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** One listing, page after page, trusting the server with nothing that can be checked. */
final class S3Listing {
  private final S3Store store;
  private final S3Settings settings;
  private final S3AsyncClient client;
  private final S3Calls calls;
  private final S3Failures failures;
  private String last = "";

  S3Listing(
      S3Store store,
      S3Settings settings,
      S3AsyncClient client,
      S3Calls calls,
      S3Failures failures) {
    this.store = store;
    this.settings = settings;
    this.client = client;
    this.calls = calls;
    this.failures = failures;
  }

  void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    String wanted = settings.prefix() + prefix.value();
    String token = null;
    do {
      ListObjectsV2Response page = page(wanted, token, null);
      for (S3Object object : page.contents()) {
        Optional<ObjectInfo> info = checked(wanted, object);
        if (info.isPresent()) {
          each.accept(info.get());
        }
      }
      token = next(page, token);
    } while (token != null);
  }

  /** One object by itself: its name is the first that begins with it. */
  Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
    String wanted = settings.prefix() + key;
    for (S3Object object : page(wanted, null, 1).contents()) {
      Optional<ObjectInfo> info = checked(wanted, object);
      if (info.isPresent() && info.get().key().equals(key)) {
        return info;
      }
    }
    return Optional.empty();
  }

  private ListObjectsV2Response page(
      String wanted, @Nullable String token, @Nullable Integer maxKeys) throws StoreException {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(settings.bucket())
            .prefix(wanted.isEmpty() ? null : wanted)
            // Foreign names may hold what XML cannot.
            .encodingType(EncodingType.URL)
            .continuationToken(token)
            .maxKeys(maxKeys)
            .build();
    try {
      return calls.await(client.listObjectsV2(request), settings.plainTimeout(), null, "listed");
    } catch (S3Calls.Failed e) {
      throw failures.explain(null, "listed", e.reason());
    }
  }

  private Optional<ObjectInfo> checked(String wanted, S3Object object) throws StoreException {
    String name = object.key();
    if (name == null || !name.startsWith(wanted)) {
      throw store.nonsense(null, "an object outside of the folder that was listed");
    }
    if (name.compareTo(last) <= 0) {
      throw store.nonsense(null, "a listing that is not in order");
    }
    last = name;
    Optional<ObjectKey> key = ObjectKey.parse(name.substring(settings.prefix().length()));
    return key.isPresent()
        ? Optional.of(store.info(key.get(), object.size(), object.lastModified(), object.eTag()))
        : Optional.empty();
  }

  /** Where the next page begins, or null after the last one. */
  private @Nullable String next(ListObjectsV2Response page, @Nullable String token)
      throws StoreException {
    if (page.isTruncated() == null) {
      throw store.nonsense(null, "a listing that does not say whether it is complete");
    }
    if (!page.isTruncated()) {
      return null;
    }
    String next = page.nextContinuationToken();
    if (next == null || next.isEmpty() || next.equals(token)) {
      throw store.nonsense(null, "a part of a listing and no way to the rest");
    }
    return next;
  }
}
