package dev.firkin.repository.v1;

import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checkpoints: {@code docs/format.md}, section 10. */
public final class CheckpointFormat {
  public static final int MAX_BYTES = 16 << 20;

  private CheckpointFormat() {}

  /** The sealed document, for the object under {@code key}. */
  public static byte[] write(String key, Checkpoint checkpoint, Seal seal) {
    ObjectNode json =
        Json.document()
            .put("repository", checkpoint.repository().text())
            .put("id", checkpoint.id().toString())
            .put("volume", checkpoint.name().volume())
            .put("snapshot", checkpoint.name().name())
            .put("host", checkpoint.host())
            .put("at", checkpoint.at().toString())
            .put("streamBytes", checkpoint.streamBytes());
    put(json.putArray("commandPages"), checkpoint.commandPages());
    put(json.putArray("dataPages"), checkpoint.dataPages());
    return seal.seal(key, json);
  }

  public static Checkpoint read(String key, byte[] sealed, RepositoryId repository, Seal seal)
      throws FormatException {
    String what = "checkpoint " + key;
    seal.check(what, key, sealed);
    JsonFields json = Json.read(what, sealed);
    try {
      return new Checkpoint(
          repository,
          json.parsed("id", SnapshotId::parse),
          new SnapshotName(json.text("volume"), json.text("snapshot")),
          json.text("host"),
          json.time("at"),
          json.number("streamBytes", 0, Long.MAX_VALUE),
          json.list("commandPages", PageId::parse),
          json.list("dataPages", PageId::parse));
    } catch (IllegalArgumentException e) {
      throw new FormatException(what + ": " + e.getMessage(), null, e);
    }
  }

  private static void put(ArrayNode array, List<PageId> pages) {
    pages.forEach(page -> array.add(page.toString()));
  }
}
