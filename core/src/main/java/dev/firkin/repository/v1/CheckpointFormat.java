package dev.firkin.repository.v1;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.Checkpoint.Half;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import java.util.ArrayList;
import java.util.Base64;
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
            .put("at", checkpoint.at().toString());
    ArrayNode options = json.putArray("sendOptions");
    checkpoint.sendOptions().forEach(options::add);
    ArrayNode marks = json.putArray("marks");
    for (Mark mark : checkpoint.marks()) {
      marks.addObject().put("bytes", mark.streamBytes()).put("sha256", mark.sha256().toString());
    }
    write(json.putObject("commands"), checkpoint.commands());
    write(json.putObject("data"), checkpoint.data());
    return seal.seal(key, json);
  }

  public static Checkpoint read(String key, byte[] sealed, RepositoryId repository, Seal seal)
      throws FormatException {
    String what = "checkpoint " + key;
    seal.check(what, key, sealed);
    JsonFields json = Json.read(what, sealed);
    try {
      List<Mark> marks = new ArrayList<>();
      for (JsonFields mark : json.objects("marks")) {
        marks.add(
            new Mark(
                mark.number("bytes", 1, Long.MAX_VALUE), mark.parsed("sha256", Hash256::parse)));
      }
      return new Checkpoint(
          repository,
          json.parsed("id", SnapshotId::parse),
          new SnapshotName(json.text("volume"), json.text("snapshot")),
          json.text("host"),
          json.time("at"),
          json.list("sendOptions", option -> option),
          marks,
          read(json.object("commands")),
          read(json.object("data")));
    } catch (IllegalArgumentException e) {
      throw new FormatException(what + ": " + e.getMessage(), null, e);
    }
  }

  private static void write(ObjectNode json, Half half) {
    ArrayNode pages = json.putArray("pages");
    half.pages().forEach(page -> pages.add(page.toString()));
    json.put("open", Base64.getEncoder().encodeToString(PageFormat.writeInline(half.open())));
  }

  private static Half read(JsonFields json) throws FormatException {
    return new Half(json.list("pages", PageId::parse), PageFormat.readInline(json.base64("open")));
  }
}
