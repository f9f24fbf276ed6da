package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.References;
import dev.firkin.repository.model.ChunkRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * The plaintext of a run, in order; chunks are fetched ahead, and given out only once proven.
 *
 * <p>Not thread-safe. Memory: {@code ahead} chunks, of {@value #MAX_BYTES_AHEAD} bytes and one
 * chunk at the most, and the one being read. A failed fetch surfaces as {@link
 * FetchFailedException}, at the place in the stream where its bytes would be.
 */
final class RunInputStream extends InputStream {
  private static final long MAX_BYTES_AHEAD = 48 << 20;

  private final References references;
  private final ChunkFetcher fetcher;
  private final int ahead;
  private final Queue<Future<byte[]>> fetching = new ArrayDeque<>();
  private long bytesAhead;
  private boolean allAsked;
  private byte[] chunk = new byte[0];
  private int position;

  RunInputStream(References references, ChunkFetcher fetcher, int ahead) {
    this.references = references;
    this.fetcher = fetcher;
    this.ahead = ahead;
  }

  @Override
  public int read() throws IOException {
    return advance() ? chunk[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    Objects.checkFromIndexSize(off, len, b.length);
    if (len == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int n = Math.min(len, chunk.length - position);
    System.arraycopy(chunk, position, b, off, n);
    position += n;
    return n;
  }

  /** Whether there is a byte at {@link #position}. */
  private boolean advance() throws IOException {
    while (position == chunk.length) {
      try {
        fill();
        Future<byte[]> next = fetching.poll();
        if (next == null) {
          return false;
        }
        chunk = next.get();
        bytesAhead -= chunk.length;
        position = 0;
      } catch (FirkinException e) {
        throw new FetchFailedException(e);
      } catch (ExecutionException e) {
        throw new FetchFailedException(e.getCause() == null ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for a chunk");
      }
    }
    return true;
  }

  private void fill() throws FirkinException {
    while (!allAsked && fetching.size() < ahead && bytesAhead < MAX_BYTES_AHEAD) {
      Optional<ChunkRef> ref = references.next();
      if (ref.isEmpty()) {
        allAsked = true;
      } else {
        fetching.add(fetcher.fetch(ref.get()));
        bytesAhead += ref.get().plaintextBytes();
      }
    }
  }

  @Override
  public void close() {
    fetching.forEach(f -> f.cancel(true));
    fetching.clear();
    allAsked = true;
  }
}
