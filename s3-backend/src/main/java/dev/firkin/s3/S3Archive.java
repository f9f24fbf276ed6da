package dev.firkin.s3;

import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * Archive classes. What a class is called does not tell whether its objects can be read: other
 * servers than AWS have classes of these names, and give their objects away. So the first byte is
 * read of what seems to be frozen.
 */
final class S3Archive implements ArchivedObjects {
  private final S3Store store;
  private final S3Settings settings;
  private final S3AsyncClient client;
  private final S3Calls calls;
  private final S3Failures failures;

  S3Archive(
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

  @Override
  public State state(ObjectKey key) throws StoreException {
    return state(key, store.look(key));
  }

  private State state(ObjectKey key, Optional<HeadObjectResponse> head) throws StoreException {
    if (head.isEmpty() || !isArchived(head.get())) {
      return State.AT_HAND;
    }
    String restore = head.get().restore();
    if (restore != null && restore.contains("ongoing-request=\"false\"")) {
      return State.THAWED;
    }
    if (isBeingThawed(head)) {
      return State.FROZEN;
    }
    return givesItsFirstByte(key) ? State.AT_HAND : State.FROZEN;
  }

  private static boolean isBeingThawed(Optional<HeadObjectResponse> head) {
    return head.map(HeadObjectResponse::restore)
        .filter(restore -> restore.contains("ongoing-request=\"true\""))
        .isPresent();
  }

  private static boolean isArchived(HeadObjectResponse head) {
    return head.storageClass() == StorageClass.GLACIER
        || head.storageClass() == StorageClass.DEEP_ARCHIVE
        || head.archiveStatus() != null; // of INTELLIGENT_TIERING, which moves them by itself
  }

  private boolean givesItsFirstByte(ObjectKey key) throws StoreException {
    try {
      calls.await(
          client.getObject(
              r -> r.bucket(settings.bucket()).key(settings.prefix() + key).range("bytes=0-0"),
              new ObjectReceiver(1)),
          settings.bodyTimeout(),
          key,
          "read");
      return true;
    } catch (S3Calls.Failed e) {
      if (S3Failures.isFrozen(e.reason())) {
        return false;
      }
      if (S3Failures.isMissing(e.reason()) || S3Failures.isInvalidRange(e.reason())) {
        return true; // whoever reads it finds that out
      }
      throw failures.explain(key, "read", e.reason());
    }
  }

  @Override
  public boolean thaw(ObjectKey key, int days, Tier tier) throws StoreException {
    Optional<HeadObjectResponse> head = store.look(key);
    if (state(key, head) != State.FROZEN) {
      return true;
    }
    if (isBeingThawed(head)) {
      return false;
    }
    try {
      calls.await(
          client.restoreObject(r ->
              r.bucket(settings.bucket())
                  .key(settings.prefix() + key)
                  .restoreRequest(
                      q -> q.days(days).glacierJobParameters(g -> g.tier(tierOf(tier))))),
          settings.plainTimeout(),
          key,
          "thawed");
      return false;
    } catch (S3Calls.Failed e) {
      // The client below knows the status 200, and calls 202, which is the usual one, a failure.
      if (S3Failures.isBeingThawed(e.reason()) || isAskedFor(key)) {
        return false;
      }
      throw failures.explain(key, "thawed", e.reason());
    }
  }

  private boolean isAskedFor(ObjectKey key) throws StoreException {
    return store.look(key).map(HeadObjectResponse::restore).isPresent();
  }

  private static software.amazon.awssdk.services.s3.model.Tier tierOf(Tier tier) {
    return switch (tier) {
      case EXPEDITED -> software.amazon.awssdk.services.s3.model.Tier.EXPEDITED;
      case STANDARD -> software.amazon.awssdk.services.s3.model.Tier.STANDARD;
      case BULK -> software.amazon.awssdk.services.s3.model.Tier.BULK;
    };
  }
}
