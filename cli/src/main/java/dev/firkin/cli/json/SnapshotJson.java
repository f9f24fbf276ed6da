package dev.firkin.cli.json;

import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.StreamInfo;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A snapshot as JSON. */
final class SnapshotJson {
  private SnapshotJson() {}

  /** What a line of a list says. */
  static ObjectNode summary(Manifest manifest, Catalog catalog) {
    ObjectNode node = summary(manifest);
    manifest.stream()
        .parentUuid()
        .flatMap(parent -> catalog.byUuid(parent).stream().findFirst())
        .ifPresent(parent -> node.put("parent", parent.name().toString()));
    return node;
  }

  /** All that the manifest says but the references. */
  static ObjectNode full(Manifest manifest, Catalog catalog) {
    ObjectNode node = full(manifest);
    node.setAll(summary(manifest, catalog));
    return node;
  }

  static ObjectNode full(Manifest manifest) {
    ObjectNode node = summary(manifest);
    node.put("sha256", manifest.stream().sha256().toString());
    if (manifest.stream().kind() instanceof StreamInfo.Kind.Btrfs btrfs) {
      node.put("streamVersion", btrfs.version());
      ArrayNode subvolumes = node.putArray("subvolumes");
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
    run(node.putObject("commands"), manifest.commands());
    run(node.putObject("data"), manifest.data());
    ObjectNode source =
        node.putObject("source")
            .put("host", manifest.source().host())
            .put("startedAt", manifest.source().startedAt().toString())
            .put("committedAt", manifest.source().committedAt().toString())
            .put("tool", manifest.source().tool());
    manifest.source().path().ifPresent(path -> source.put("path", path));
    manifest.source().takenAt().ifPresent(at -> source.put("takenAt", at.toString()));
    ArrayNode options = source.putArray("sendOptions");
    manifest.source().sendOptions().forEach(options::add);
    return node;
  }

  private static ObjectNode summary(Manifest manifest) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", manifest.id().toString())
            .put("volume", manifest.name().volume())
            .put("name", manifest.name().name())
            .put("time", manifest.time().toString())
            .put("host", manifest.source().host())
            .put("kind", kind(manifest.stream()));
    manifest.stream().uuid().ifPresent(uuid -> node.put("uuid", uuid.toString()));
    manifest.stream().parentUuid().ifPresent(uuid -> node.put("parentUuid", uuid.toString()));
    node.put("streamBytes", manifest.stream().bytes())
        .put("storedBytes", manifest.storedBytes())
        .put("chunks", manifest.chunks());
    node.putObject("added")
        .put("chunks", manifest.added().chunks())
        .put("bytes", manifest.added().plaintextBytes())
        .put("storedBytes", manifest.added().storedBytes());
    return node;
  }

  private static void run(ObjectNode node, ChunkRun run) {
    node.put("bytes", run.bytes())
        .put("chunks", run.chunks())
        .put("storedBytes", run.storedBytes());
  }

  private static String kind(StreamInfo stream) {
    return switch (stream.kind()) {
      case StreamInfo.Kind.Opaque opaque -> "opaque";
      case StreamInfo.Kind.Btrfs btrfs -> stream.parentUuid().isPresent() ? "delta" : "full";
    };
  }
}
