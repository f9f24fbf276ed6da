package dev.firkin.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * One zstd frame that states its content size and carries a checksum of it.
 *
 * <p>Contexts are native memory and slow to make, so they are kept and lent: as many as there were
 * threads at once.
 */
final class ZstdStep implements Step {
  private final int level;
  private final ConcurrentLinkedQueue<ZstdCompressCtx> compressors = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<ZstdDecompressCtx> decompressors =
      new ConcurrentLinkedQueue<>();

  ZstdStep(int level) {
    this.level = level;
  }

  @Override
  public ByteBuffer forward(ByteBuffer plaintext) {
    byte[] in = plaintext.array();
    int offset = plaintext.arrayOffset() + plaintext.position();
    int length = plaintext.remaining();
    byte[] out = new byte[Math.toIntExact(Zstd.compressBound(length))];
    ZstdCompressCtx context = lend(compressors, this::newCompressor);
    try {
      int n = context.compressByteArray(out, 0, out.length, in, offset, length);
      return ByteBuffer.wrap(out, 0, n);
    } finally {
      compressors.add(context);
    }
  }

  @Override
  public ByteBuffer backward(ByteBuffer stored, int maxBytes) throws CodecException {
    byte[] in = stored.array();
    int offset = stored.arrayOffset() + stored.position();
    int length = stored.remaining();
    // The library looks at the first byte before it looks whether there is one.
    long declared = length == 0 ? -1 : Zstd.getFrameContentSize(in, offset, length);
    if (declared < 0 || declared > maxBytes) {
      throw new CodecException(
          declared < 0
              ? "not a zstd frame that states its content size"
              : "a zstd frame of " + declared + " bytes where at most " + maxBytes + " are right",
          null);
    }
    byte[] out = new byte[(int) declared];
    ZstdDecompressCtx context = lend(decompressors, ZstdDecompressCtx::new);
    try {
      int n = context.decompressByteArray(out, 0, out.length, in, offset, length);
      if (n != declared) {
        throw new CodecException("a zstd frame shorter than it states", null);
      }
      return ByteBuffer.wrap(out);
    } catch (ZstdException e) {
      throw new CodecException("a damaged zstd frame: " + e.getMessage(), e);
    } finally {
      decompressors.add(context);
    }
  }

  private ZstdCompressCtx newCompressor() {
    return new ZstdCompressCtx().setLevel(level).setContentSize(true).setChecksum(true);
  }

  private static <T> T lend(ConcurrentLinkedQueue<T> kept, Supplier<T> make) {
    T context = kept.poll();
    return context == null ? make.get() : context;
  }
}
