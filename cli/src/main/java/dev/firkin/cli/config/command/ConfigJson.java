package dev.firkin.cli.config.command;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigProblem;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.config.btrbk.BtrbkConversion;
import dev.firkin.retention.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The documents of {@code firkin config}. */
final class ConfigJson {
  private ConfigJson() {}

  /** A file that can be used. */
  static String sound(Config config, List<String> warnings) {
    ObjectNode node = result().put("file", config.file().toString()).put("sound", true);
    ArrayNode volumes = node.putArray("volumes");
    for (VolumeConfig volume : config.volumes()) {
      ObjectNode each =
          volumes
              .addObject()
              .put("volume", volume.name())
              .put("subvolume", volume.subvolume().toString())
              .put("snapshotFolder", volume.snapshotFolder().toString())
              .put("snapshotName", volume.snapshotName().format())
              .put("snapshotPattern", volume.snapshotPattern().glob())
              .put("snapshotCreate", word(volume.snapshotCreate()))
              .put("chain", word(volume.chain()));
      put(each, volume.localRetention());
      ArrayNode destinations = each.putArray("repositories");
      for (Destination to : volume.destinations()) {
        put(destinations.addObject().put("repository", to.target().name()), to.retention());
      }
    }
    ArrayNode targets = node.putArray("repositories");
    for (Target target : config.targets()) {
      ObjectNode each =
          targets
              .addObject()
              .put("repository", target.name())
              .put("location", target.url().toString());
      put(each, target.retention());
      target.pruneEvery().ifPresent(every -> each.put("pruneEverySeconds", every.toSeconds()));
      target.window().ifPresent(window -> each.put("window", window.toString()));
    }
    ArrayNode said = node.putArray("warnings");
    warnings.forEach(said::add);
    return node.toString();
  }

  private static void put(ObjectNode node, RetentionPolicy policy) {
    node.put("preserveMin", policy.min().toString()).put("preserve", policy.preserve().toString());
  }

  /** A file with mistakes. */
  static String unsound(Path file, List<ConfigProblem> problems) {
    ObjectNode node = result().put("file", file.toString()).put("sound", false);
    ArrayNode array = node.putArray("problems");
    for (ConfigProblem problem : problems) {
      ObjectNode each = array.addObject();
      problem.line().ifPresent(line -> each.put("line", line));
      each.put("message", problem.text());
      problem.hint().ifPresent(hint -> each.put("hint", hint));
    }
    return node.toString();
  }

  /** A file as text. */
  static String toml(String toml) {
    return result().put("toml", toml).toString();
  }

  /** The same, made of another's. */
  static String conversion(BtrbkConversion conversion) {
    ObjectNode node = result().put("toml", conversion.toml()).put("volumes", conversion.volumes());
    ArrayNode notes = node.putArray("notCarriedOver");
    conversion
        .notes()
        .forEach(note ->
            notes
                .addObject()
                .put("line", note.line())
                .put("text", note.text())
                .put("why", note.why()));
    return node.toString();
  }

  /** As the file writes it. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode result() {
    return JsonNodeFactory.instance.objectNode().put("type", "result");
  }
}
