package dev.firkin.cli.systemd;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code firkin systemd} prints with {@code --json}. */
final class SystemdJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SystemdJson() {}

  static String installed(boolean dryRun, UnitFile service, UnitFile timer, boolean started) {
    ObjectNode node = NODES.objectNode().put("type", "result").put("dryRun", dryRun);
    add(node.putArray("written"), dryRun ? List.of() : List.of(service, timer));
    return node.put("started", started).toString();
  }

  static String uninstalled(List<UnitFile> deleted) {
    ObjectNode node = NODES.objectNode().put("type", "result");
    add(node.putArray("deleted"), deleted);
    return node.toString();
  }

  private static void add(ArrayNode array, List<UnitFile> files) {
    files.forEach(file -> array.add(file.path().toString()));
  }
}
