package dev.firkin.s3;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Collects one object in a buffer of its exact size, which is known before the first byte. One that
 * is larger than allowed is not read.
 */
final class ObjectReceiver
    implements AsyncResponseTransformer<GetObjectResponse, ObjectReceiver.Received> {

  /**
   * An object as it arrived.
   *
   * @param body empty if the object is larger than allowed
   */
  record Received(GetObjectResponse response, long bytes, @Nullable ByteBuffer body) {}

  private final int maxBytes;
  private final CompletableFuture<Received> received = new CompletableFuture<>();
  private volatile @Nullable GetObjectResponse response;

  ObjectReceiver(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public CompletableFuture<Received> prepare() {
    return received;
  }

  @Override
  public void onResponse(GetObjectResponse response) {
    this.response = response;
  }

  @Override
  public void exceptionOccurred(Throwable error) {
    received.completeExceptionally(error);
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> publisher) {
    GetObjectResponse head = response;
    if (head == null || head.contentLength() == null) {
      received.completeExceptionally(new IllegalStateException("an answer without a length"));
      return;
    }
    publisher.subscribe(new Collector(head, head.contentLength()));
  }

  private final class Collector implements Subscriber<ByteBuffer> {
    private final GetObjectResponse head;
    private final long bytes;
    private final ByteBuffer body;
    private @Nullable Subscription subscription;

    Collector(GetObjectResponse head, long bytes) {
      this.head = head;
      this.bytes = bytes;
      this.body = ByteBuffer.allocate(bytes <= maxBytes ? (int) bytes : 0);
    }

    @Override
    public void onSubscribe(Subscription s) {
      subscription = s;
      if (bytes > maxBytes) {
        s.cancel();
        received.complete(new Received(head, bytes, null));
      } else {
        s.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(ByteBuffer part) {
      if (part.remaining() > body.remaining()) {
        if (subscription != null) {
          subscription.cancel();
        }
        received.completeExceptionally(
            new IllegalStateException("more than the announced " + bytes + " bytes"));
      } else {
        body.put(part);
      }
    }

    @Override
    public void onError(Throwable error) {
      received.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      if (body.hasRemaining()) {
        received.completeExceptionally(
            new IllegalStateException(body.position() + " of " + bytes + " bytes"));
      } else {
        received.complete(new Received(head, bytes, body.flip()));
      }
    }
  }
}
