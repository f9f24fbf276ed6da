package dev.firkin.repository.v1;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Pages, and the references in them: {@code docs/format.md}, section 6. */
public final class PageFormat {
  private static final byte[] MAGIC = "FKPAGE1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int REF_BYTES = Hash256.BYTES + 2 * Integer.BYTES;

  public static final int MAX_BYTES = MAGIC.length + ChunkRun.PAGE_REFS * REF_BYTES;

  private PageFormat() {}

  /** A page's plaintext. */
  public static byte[] write(List<ChunkRef> refs) {
    if (refs.isEmpty() || refs.size() > ChunkRun.PAGE_REFS) {
      throw new IllegalArgumentException("a page of " + refs.size() + " references");
    }
    byte[] bytes = writeRefs(refs, MAGIC.length);
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    return bytes;
  }

  public static List<ChunkRef> read(byte[] plaintext) throws FormatException {
    ByteBuffer in = ByteBuffer.wrap(plaintext);
    if (in.remaining() < MAGIC.length + REF_BYTES
        || plaintext.length > MAX_BYTES
        || !in.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      throw new FormatException("not a page");
    }
    return readRefs(in.position(MAGIC.length));
  }

  /** References alone, as a manifest holds them. */
  static byte[] writeInline(List<ChunkRef> refs) {
    return writeRefs(refs, 0);
  }

  static List<ChunkRef> readInline(byte[] bytes) throws FormatException {
    return readRefs(ByteBuffer.wrap(bytes));
  }

  private static byte[] writeRefs(List<ChunkRef> refs, int at) {
    byte[] bytes = new byte[at + refs.size() * REF_BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(at);
    for (ChunkRef ref : refs) {
      ref.id().hash().write(out);
      out.putInt(ref.plaintextBytes()).putInt(ref.storedBytes());
    }
    return bytes;
  }

  private static List<ChunkRef> readRefs(ByteBuffer in) throws FormatException {
    if (in.remaining() % REF_BYTES != 0) {
      throw new FormatException("a page that ends within a reference");
    }
    in.order(ByteOrder.LITTLE_ENDIAN);
    List<ChunkRef> refs = new ArrayList<>(in.remaining() / REF_BYTES);
    try {
      while (in.hasRemaining()) {
        refs.add(new ChunkRef(new ChunkId(Hash256.read(in)), in.getInt(), in.getInt()));
      }
    } catch (IllegalArgumentException e) {
      throw new FormatException("a page with an impossible reference: " + e.getMessage(), null, e);
    }
    return List.copyOf(refs);
  }
}
