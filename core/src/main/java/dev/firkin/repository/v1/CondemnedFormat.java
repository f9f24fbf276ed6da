package dev.firkin.repository.v1;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Condemned;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Lists of garbage: {@code docs/format.md}, section 17. */
public final class CondemnedFormat {
  public static final int MAX_BYTES = 16 << 20;

  private CondemnedFormat() {}

  /** The sealed document, for the object under {@code key}. */
  public static byte[] write(String key, RepositoryId repository, Condemned condemned, Seal seal) {
    ObjectNode json =
        Json.document()
            .put("repository", repository.text())
            .put("chunks", base64(condemned.chunks().stream().map(ChunkId::hash).toList()))
            .put("pages", base64(condemned.pages().stream().map(PageId::hash).toList()));
    condemned.since().ifPresent(since -> json.put("since", since.toString()));
    return seal.seal(key, json);
  }

  public static Condemned read(String key, byte[] sealed, Seal seal) throws FormatException {
    String what = "list " + key;
    seal.check(what, key, sealed);
    JsonFields json = Json.read(what, sealed);
    try {
      return new Condemned(
          ids(what, json.base64("chunks"), ChunkId::new),
          ids(what, json.base64("pages"), PageId::new),
          json.optionalTime("since"));
    } catch (IllegalArgumentException e) {
      throw new FormatException(what + ": " + e.getMessage(), null, e);
    }
  }

  private static String base64(List<Hash256> hashes) {
    ByteBuffer bytes = ByteBuffer.allocate(hashes.size() * Hash256.BYTES);
    hashes.forEach(hash -> hash.write(bytes));
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static <T> List<T> ids(String what, byte[] bytes, Function<Hash256, T> toId)
      throws FormatException {
    if (bytes.length % Hash256.BYTES != 0) {
      throw new FormatException(what + ": its ids are cut off");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<T> ids = new ArrayList<>(bytes.length / Hash256.BYTES);
    while (in.hasRemaining()) {
      ids.add(toId.apply(Hash256.read(in)));
    }
    return ids;
  }
}
