package dev.firkin.transfer;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint.Mark;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * A stream that is read buffer by buffer while a thread of its own hashes what was read: SHA-256 is
 * a third of what the reader of a push would have to do, and the producer waits for the reader.
 *
 * <p>For one thread, the reader. Memory: {@value #BUFFERS} buffers of {@value #BUFFER_BYTES} bytes.
 */
final class HashedStream implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int BUFFERS = 8;

  private final InputStream in;
  private final MessageDigest sha256 = sha256();

  /**
   * On a machine with few cores it gives way to the producer, which everything waits for; it
   * catches up while the producer waits for the disk. Only the speed hangs on it.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private final ExecutorService hasher =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform()
              .daemon()
              .priority(Thread.MIN_PRIORITY)
              .name("firkin-hasher")
              .factory());

  private final byte[][] buffers = new byte[BUFFERS][BUFFER_BYTES];
  private final Future<?>[] hashed = new Future<?>[BUFFERS];
  private int current;
  private long position;

  /** The hasher's own. */
  private long hashedBytes;

  HashedStream(InputStream in) {
    this.in = in;
    for (int i = 0; i < BUFFERS; i++) {
      hashed[i] = CompletableFuture.completedFuture(null);
    }
  }

  /**
   * Fills the next buffer. Not less at a time: what {@code btrfs send} writes comes in pieces of a
   * few tens of KiB, and three threads that wake each other for every one of them are slower.
   *
   * @param most bytes to read, at least one
   * @return how many bytes {@link #buffer} begins with; 0 at the end
   */
  int read(long most) throws IOException, InterruptedException {
    int next = (current + 1) % BUFFERS;
    await(hashed[next]);
    byte[] buffer = buffers[next];
    int n = in.readNBytes(buffer, 0, (int) Math.min(most, buffer.length));
    if (n > 0) {
      position += n;
      hashed[next] =
          hasher.submit(() -> {
            sha256.update(buffer, 0, n);
            hashedBytes += n;
          });
    }
    current = next;
    return n;
  }

  /** What was read last; not to be changed, and good until {@link #read} is called again. */
  byte[] buffer() {
    return buffers[current];
  }

  /** How many bytes were read. */
  long position() {
    return position;
  }

  /** The hash of everything that was read so far, once it is computed. */
  Future<Hash256> hashSoFar() {
    return hasher.submit(this::digest);
  }

  /**
   * A mark behind everything that was read when this was called; empty where that is nothing. For
   * any thread.
   *
   * @throws RejectedExecutionException if this is closed
   */
  Future<Optional<Mark>> markSoFar() {
    return hasher.submit(
        () -> hashedBytes == 0 ? Optional.empty() : Optional.of(new Mark(hashedBytes, digest())));
  }

  private Hash256 digest() throws CloneNotSupportedException {
    return Hash256.of(((MessageDigest) sha256.clone()).digest());
  }

  @Override
  public void close() {
    // What is queued still counts: a mark may wait for its hash. It is a few buffers at most.
    hasher.shutdown();
  }

  static <T> T await(Future<T> hashing) throws InterruptedException {
    try {
      return hashing.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing cannot fail", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
