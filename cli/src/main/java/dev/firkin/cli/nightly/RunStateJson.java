package dev.firkin.cli.nightly;

import dev.firkin.cli.nightly.RunState.At;
import dev.firkin.cli.nightly.RunState.HeldHere;
import dev.firkin.cli.nightly.RunState.Kept;
import dev.firkin.cli.nightly.RunState.LastLockRound;
import dev.firkin.cli.nightly.RunState.Next;
import dev.firkin.cli.nightly.RunState.Unfinished;
import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@link RunState} as one JSON document; what is missing in it counts as nothing known. */
final class RunStateJson {
  private RunStateJson() {}

  /**
   * @throws IllegalArgumentException if it is none
   */
  static Kept read(byte[] document) {
    try {
      return read(JsonMapper.shared().readTree(document));
    } catch (JacksonException | DateTimeParseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Kept read(JsonNode json) {
    Kept kept = Kept.nothing();
    json.path("volumes")
        .properties()
        .forEach(e -> kept.volumes().put(e.getKey(), at(e.getValue())));
    readTimes(json.path("pruned"), kept.pruned());
    readTimes(json.path("judgedHere"), kept.judgedHere());
    json.path("doubtedHere").forEach(volume -> kept.doubtedHere().add(volume.asString()));
    json.path("lockRounds")
        .properties()
        .forEach(e ->
            kept.lockRounds()
                .put(
                    e.getKey(),
                    new LastLockRound(
                        Duration.parse(e.getValue().path("period").asString()),
                        Instant.parse(e.getValue().path("at").asString()))));
    json.path("heldHere")
        .properties()
        .forEach(e -> kept.heldHere().put(e.getKey(), heldHere(e.getValue())));
    return kept;
  }

  private static void readTimes(JsonNode json, Map<String, Instant> times) {
    json.properties().forEach(e -> times.put(e.getKey(), Instant.parse(e.getValue().asString())));
  }

  private static At at(JsonNode json) {
    return new At(
        text(json, "lastSuccess").map(Instant::parse),
        text(json, "newest"),
        text(json, "newestTime").map(Instant::parse),
        json.path("chainLength").asInt(0),
        uuids(json.path("parents")),
        json.path("next").isObject()
            ? Optional.of(new Next(text(json.path("next"), "parent")))
            : Optional.empty(),
        json.path("held").valueStream().map(JsonNode::asString).toList(),
        text(json, "problem"),
        text(json, "unfinished").map(snapshot -> new Unfinished(snapshot, percent(json))),
        uuids(json.path("passedOver")));
  }

  private static Set<SubvolumeUuid> uuids(JsonNode json) {
    return json.valueStream()
        .map(uuid -> SubvolumeUuid.parse(uuid.asString()))
        .collect(Collectors.toSet());
  }

  private static void putUuids(ArrayNode node, Set<SubvolumeUuid> uuids) {
    uuids.stream().map(SubvolumeUuid::toString).sorted().forEach(node::add);
  }

  private static Optional<Integer> percent(JsonNode json) {
    return json.path("percent").isInt()
        ? Optional.of(json.get("percent").intValue())
        : Optional.empty();
  }

  private static List<HeldHere> heldHere(JsonNode json) {
    return json.properties().stream()
        .map(e -> new HeldHere(e.getKey(), e.getValue().asString()))
        .toList();
  }

  private static Optional<String> text(JsonNode json, String name) {
    return json.path(name).isString()
        ? Optional.of(json.get(name).stringValue())
        : Optional.empty();
  }

  static byte[] write(Kept kept) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode all = root.putObject("volumes");
    kept.volumes()
        .forEach((key, at) -> {
          ObjectNode node = all.putObject(key);
          at.lastSuccess().ifPresent(time -> node.put("lastSuccess", time.toString()));
          at.newest().ifPresent(name -> node.put("newest", name));
          at.newestTime().ifPresent(time -> node.put("newestTime", time.toString()));
          node.put("chainLength", at.chainLength());
          putUuids(node.putArray("parents"), at.parents());
          putUuids(node.putArray("passedOver"), at.passedOver());
          at.problem().ifPresent(problem -> node.put("problem", problem));
          at.next()
              .ifPresent(next -> {
                ObjectNode on = node.putObject("next");
                next.parent().ifPresent(parent -> on.put("parent", parent));
              });
          at.held().forEach(node.putArray("held")::add);
          at.unfinished()
              .ifPresent(half -> {
                node.put("unfinished", half.snapshot());
                half.percent().ifPresent(percent -> node.put("percent", percent));
              });
        });
    ObjectNode here = root.putObject("heldHere");
    kept.heldHere()
        .forEach((volume, held) -> {
          ObjectNode node = here.putObject(volume);
          held.forEach(each -> node.put(each.snapshot(), each.reason()));
        });
    putTimes(root.putObject("pruned"), kept.pruned());
    putTimes(root.putObject("judgedHere"), kept.judgedHere());
    kept.doubtedHere().forEach(root.putArray("doubtedHere")::add);
    ObjectNode rounds = root.putObject("lockRounds");
    kept.lockRounds()
        .forEach((target, last) ->
            rounds
                .putObject(target)
                .put("period", last.period().toString())
                .put("at", last.at().toString()));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void putTimes(ObjectNode node, Map<String, Instant> times) {
    times.forEach((name, time) -> node.put(name, time.toString()));
  }
}
