package dev.firkin.cli.doctor;

import dev.firkin.cli.doctor.Diagnosis.State;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The document of {@code firkin doctor}. */
final class DoctorJson {
  private DoctorJson() {}

  static String of(List<Diagnosis> found) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "result")
            .put("well", found.stream().noneMatch(d -> d.state() == State.FAILED));
    ArrayNode checks = node.putArray("checks");
    for (Diagnosis each : found) {
      ObjectNode check =
          checks
              .addObject()
              .put("check", each.check())
              .put("state", each.state().name().toLowerCase(Locale.ROOT))
              .put("text", each.text());
      each.hint().ifPresent(hint -> check.put("hint", hint));
    }
    return node.toString();
  }
}
