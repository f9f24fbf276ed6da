package dev.firkin.repository.v1;

import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Records of what was forgotten: {@code docs/format.md}, section 16. */
public final class ForgettingFormat {
  public static final int MAX_BYTES = 16 << 20;

  private ForgettingFormat() {}

  /** The sealed document, for the object under {@code key}. */
  public static byte[] write(
      String key, RepositoryId repository, Forgetting forgetting, Seal seal) {
    ObjectNode json =
        Json.document()
            .put("repository", repository.text())
            .put("host", forgetting.host())
            .put("at", forgetting.at().toString());
    ArrayNode snapshots = json.putArray("snapshots");
    for (Forgotten forgotten : forgetting.snapshots()) {
      snapshots
          .addObject()
          .put("id", forgotten.id().toString())
          .put("volume", forgotten.name().volume())
          .put("snapshot", forgotten.name().name())
          .put("committedAt", forgotten.committedAt().toString());
    }
    return seal.seal(key, json);
  }

  public static Forgetting read(String key, byte[] sealed, Seal seal) throws FormatException {
    String what = "record " + key;
    seal.check(what, key, sealed);
    JsonFields json = Json.read(what, sealed);
    List<Forgotten> snapshots = new ArrayList<>();
    try {
      for (JsonFields each : json.objects("snapshots")) {
        snapshots.add(
            new Forgotten(
                each.parsed("id", SnapshotId::parse),
                new SnapshotName(each.text("volume"), each.text("snapshot")),
                each.time("committedAt")));
      }
    } catch (IllegalArgumentException e) {
      throw new FormatException(what + ": " + e.getMessage(), null, e);
    }
    return new Forgetting(json.text("host"), json.time("at"), snapshots);
  }
}
