package dev.firkin.transfer;

import dev.firkin.FirkinException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Bytes in memory as a producer, with the verdict a test wants. */
public final class MemoryProducer implements Producer {
  private final InputStream stream;
  private @Nullable FirkinException verdict;
  private boolean closed;

  public MemoryProducer(byte[] stream) {
    this(stream, stream.length);
  }

  /** One that is cut off after {@code length} bytes. */
  public MemoryProducer(byte[] stream, int length) {
    this.stream = new ByteArrayInputStream(stream, 0, length);
  }

  MemoryProducer failing(FirkinException failure) {
    verdict = failure;
    return this;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public InputStream stream() {
    return stream;
  }

  @Override
  public void finish() throws FirkinException {
    if (verdict != null) {
      throw verdict;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
