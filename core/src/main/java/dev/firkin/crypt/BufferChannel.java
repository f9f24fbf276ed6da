package dev.firkin.crypt;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** Memory as a channel, because the age library speaks channels. Reads, or writes, not both. */
final class BufferChannel implements ReadableByteChannel, WritableByteChannel {
  private ByteBuffer buffer;

  /** For writing; grows where the guess was too small. */
  BufferChannel(int expectedBytes) {
    this.buffer = ByteBuffer.allocate(expectedBytes);
  }

  /** For reading what remains of {@code source}. */
  BufferChannel(ByteBuffer source) {
    this.buffer = source;
  }

  /** All that was written. */
  ByteBuffer written() {
    return buffer.duplicate().flip();
  }

  @Override
  public int read(ByteBuffer target) {
    if (!buffer.hasRemaining()) {
      return -1;
    }
    int n = Math.min(target.remaining(), buffer.remaining());
    target.put(buffer.slice(buffer.position(), n));
    buffer.position(buffer.position() + n);
    return n;
  }

  @Override
  public int write(ByteBuffer source) {
    int n = source.remaining();
    if (n > buffer.remaining()) {
      int wanted = Math.addExact(buffer.position(), Math.max(n, buffer.position()));
      buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), wanted)).position(buffer.position());
    }
    buffer.put(source);
    return n;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // Memory needs no closing, and what was written is read after the close.
  }
}
