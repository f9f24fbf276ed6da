package dev.firkin.repository.v1;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.ChunkRun.References;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Manifests: {@code docs/format.md}, section 7. */
public final class ManifestFormat {
  public static final int MAX_BYTES = 64 << 20;

  /** What this program makes of a manifest; what it kept of one by another version is stale. */
  public static final int VERSION = Json.FORMAT;

  /** Where manifests lie. */
  public static final String FOLDER = "snapshots";

  private ManifestFormat() {}

  /** The key of a snapshot's manifest. */
  public static String key(SnapshotId id) {
    return FOLDER + "/" + id;
  }

  /** The sealed document. */
  public static byte[] write(Manifest manifest, Seal seal) {
    ObjectNode json =
        Json.document()
            .put("repository", manifest.repository().text())
            .put("id", manifest.id().toString())
            .put("volume", manifest.name().volume())
            .put("snapshot", manifest.name().name());
    writeStream(json.putObject("stream"), manifest.stream());
    writeRun(json.putObject("commands"), manifest.commands());
    writeRun(json.putObject("data"), manifest.data());
    writeSource(json.putObject("source"), manifest.source());
    json.putObject("added")
        .put("chunks", manifest.added().chunks())
        .put("plaintextBytes", manifest.added().plaintextBytes())
        .put("storedBytes", manifest.added().storedBytes());
    return seal.seal(key(manifest.id()), json);
  }

  /**
   * The manifest in a sealed document, once its seal was found right.
   *
   * @param id under whose key it was found
   */
  public static Manifest read(byte[] sealed, SnapshotId id, RepositoryId repository, Seal seal)
      throws FormatException {
    String what = "manifest " + id;
    seal.check(what, key(id), sealed);
    JsonFields json = Json.read(what, sealed);
    if (!json.parsed("repository", RepositoryId::new).equals(repository)
        || !json.parsed("id", SnapshotId::parse).equals(id)) {
      throw new FormatException(what + " is another repository's or another snapshot's");
    }
    try {
      JsonFields added = json.object("added");
      return new Manifest(
          repository,
          id,
          new SnapshotName(json.text("volume"), json.text("snapshot")),
          readStream(json.object("stream")),
          readRun(json.object("commands")),
          readRun(json.object("data")),
          readSource(json.object("source")),
          new Added(
              added.number("chunks", 0, Long.MAX_VALUE),
              added.number("plaintextBytes", 0, Long.MAX_VALUE),
              added.number("storedBytes", 0, Long.MAX_VALUE)));
    } catch (IllegalArgumentException e) {
      throw new FormatException(what + ": " + e.getMessage(), null, e);
    }
  }

  private static void writeStream(ObjectNode json, StreamInfo stream) {
    switch (stream.kind()) {
      case StreamInfo.Kind.Opaque opaque -> json.put("type", "opaque");
      case StreamInfo.Kind.Btrfs btrfs -> {
        json.put("type", "btrfs").put("version", btrfs.version());
        ArrayNode subvolumes = json.putArray("subvolumes");
        for (StreamInfo.Subvolume subvolume : btrfs.subvolumes()) {
          ObjectNode each =
              subvolumes
                  .addObject()
                  .put("name", subvolume.name())
                  .put("uuid", subvolume.uuid().toString())
                  .put("ctransid", subvolume.ctransid());
          subvolume
              .parent()
              .ifPresent(parent ->
                  each.put("parentUuid", parent.uuid().toString())
                      .put("parentCtransid", parent.ctransid()));
        }
      }
    }
    json.put("bytes", stream.bytes()).put("sha256", stream.sha256().toString());
  }

  private static StreamInfo readStream(JsonFields json) throws FormatException {
    StreamInfo.Kind kind =
        switch (json.text("type")) {
          case "opaque" -> new StreamInfo.Kind.Opaque();
          case "btrfs" -> {
            List<StreamInfo.Subvolume> subvolumes = new ArrayList<>();
            for (JsonFields each : json.objects("subvolumes")) {
              subvolumes.add(readSubvolume(each));
            }
            yield new StreamInfo.Kind.Btrfs((int) json.number("version", 1, 3), subvolumes);
          }
          default -> throw new FormatException("unknown stream type '" + json.text("type") + "'");
        };
    return new StreamInfo(
        kind, json.number("bytes", 1, Long.MAX_VALUE), json.parsed("sha256", Hash256::parse));
  }

  private static StreamInfo.Subvolume readSubvolume(JsonFields json) throws FormatException {
    Optional<StreamInfo.Parent> parent =
        json.has("parentUuid")
            ? Optional.of(
                new StreamInfo.Parent(
                    json.parsed("parentUuid", SubvolumeUuid::parse),
                    json.number("parentCtransid", 0, Long.MAX_VALUE)))
            : Optional.empty();
    return new StreamInfo.Subvolume(
        json.text("name"),
        json.parsed("uuid", SubvolumeUuid::parse),
        json.number("ctransid", 0, Long.MAX_VALUE),
        parent);
  }

  private static void writeRun(ObjectNode json, ChunkRun run) {
    json.put("bytes", run.bytes())
        .put("chunks", run.chunks())
        .put("storedBytes", run.storedBytes());
    switch (run.references()) {
      case References.Inline inline ->
          json.put(
              "inline", Base64.getEncoder().encodeToString(PageFormat.writeInline(inline.refs())));
      case References.Paged paged -> {
        ArrayNode pages = json.putArray("pages");
        paged.pages().forEach(page -> pages.add(page.toString()));
      }
    }
  }

  private static ChunkRun readRun(JsonFields json) throws FormatException {
    References references =
        json.has("inline")
            ? new References.Inline(PageFormat.readInline(json.base64("inline")))
            : new References.Paged(json.list("pages", PageId::parse));
    return new ChunkRun(
        json.number("bytes", 0, Long.MAX_VALUE),
        json.number("chunks", 0, Integer.MAX_VALUE),
        json.number("storedBytes", 0, Long.MAX_VALUE),
        references);
  }

  private static void writeSource(ObjectNode json, Source source) {
    json.put("host", source.host());
    source.path().ifPresent(path -> json.put("path", path));
    source.takenAt().ifPresent(time -> json.put("takenAt", time.toString()));
    json.put("startedAt", source.startedAt().toString())
        .put("committedAt", source.committedAt().toString());
    ArrayNode options = json.putArray("sendOptions");
    source.sendOptions().forEach(options::add);
    json.put("tool", source.tool());
  }

  private static Source readSource(JsonFields json) throws FormatException {
    return new Source(
        json.text("host"),
        json.optionalText("path"),
        json.optionalTime("takenAt"),
        json.time("startedAt"),
        json.time("committedAt"),
        json.list("sendOptions", text -> text),
        json.text("tool"));
  }
}
