package dev.firkin.repository.v1;

import dev.firkin.repository.model.KeepTag;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;

/** Marks of what is to be kept: {@code docs/format.md}, section 16. */
public final class KeepTagFormat {
  public static final int MAX_BYTES = 64 << 10;

  private KeepTagFormat() {}

  /** The sealed document, for the object under {@code key}. */
  public static byte[] write(String key, RepositoryId repository, KeepTag tag, Seal seal) {
    return seal.seal(
        key,
        Json.document()
            .put("repository", repository.text())
            .put("id", tag.id().toString())
            .put("host", tag.host())
            .put("at", tag.at().toString()));
  }

  public static KeepTag read(String key, byte[] sealed, Seal seal) throws FormatException {
    String what = "mark " + key;
    seal.check(what, key, sealed);
    JsonFields json = Json.read(what, sealed);
    return new KeepTag(json.parsed("id", SnapshotId::parse), json.text("host"), json.time("at"));
  }
}
