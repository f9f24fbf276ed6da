package dev.firkin.s3;

import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** One deletion, in batches. Each key's own error counts, not only that of the request. */
final class S3Deletion {
  private static final int BATCH = 1_000;
  private static final String DONE = "deleted";

  private final S3Settings settings;
  private final S3AsyncClient client;
  private final S3Calls calls;
  private final S3Failures failures;

  S3Deletion(S3Settings settings, S3AsyncClient client, S3Calls calls, S3Failures failures) {
    this.settings = settings;
    this.client = client;
    this.calls = calls;
    this.failures = failures;
  }

  /** How many go with one request. */
  static int atOnce(S3Settings settings) {
    // The batch request demands a checksum of its body, which is what that mode is to avoid.
    return settings.checksums() == ChecksumMode.NONE ? 1 : BATCH;
  }

  void delete(Collection<ObjectKey> keys) throws StoreException {
    List<ObjectKey> all = List.copyOf(keys);
    int batch = atOnce(settings);
    for (int start = 0; start < all.size(); start += batch) {
      List<ObjectKey> some = all.subList(start, Math.min(all.size(), start + batch));
      if (some.size() == 1) {
        deleteOne(some.getFirst());
      } else {
        deleteBatch(some);
      }
    }
  }

  private void deleteOne(ObjectKey key) throws StoreException {
    try {
      calls.await(
          client.deleteObject(r -> r.bucket(settings.bucket()).key(settings.prefix() + key)),
          settings.plainTimeout(),
          key,
          DONE);
    } catch (S3Calls.Failed e) {
      if (!S3Failures.isMissing(e.reason())) {
        throw failures.explain(key, DONE, e.reason());
      }
    }
  }

  private void deleteBatch(List<ObjectKey> keys) throws StoreException {
    List<ObjectIdentifier> names = new ArrayList<>();
    for (ObjectKey key : keys) {
      names.add(ObjectIdentifier.builder().key(settings.prefix() + key).build());
    }
    Delete delete = Delete.builder().objects(names).quiet(true).build();
    try {
      var response =
          calls.await(
              client.deleteObjects(r -> r.bucket(settings.bucket()).delete(delete)),
              settings.plainTimeout(),
              null,
              DONE);
      List<StoreException> errors = new ArrayList<>();
      for (S3Error error : response.errors()) {
        if (!"NoSuchKey".equals(error.code())) {
          errors.add(failures.explain(key(error).orElse(null), DONE, error));
        }
      }
      throwFirst(errors);
    } catch (S3Calls.Failed e) {
      throw failures.explain(null, DONE, e.reason());
    }
  }

  private Optional<ObjectKey> key(S3Error error) {
    String name = error.key();
    return name != null && name.startsWith(settings.prefix())
        ? ObjectKey.parse(name.substring(settings.prefix().length()))
        : Optional.empty();
  }

  /** The first that a repetition would not help against, else the first. */
  private static void throwFirst(List<StoreException> errors) throws StoreException {
    for (StoreException error : errors) {
      if (!error.retryable()) {
        throw error;
      }
    }
    if (!errors.isEmpty()) {
      throw errors.getFirst();
    }
  }
}
