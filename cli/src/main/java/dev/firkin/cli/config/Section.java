package dev.firkin.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A table of the file. What is asked for is known; what is left at the end is not. Mistakes are
 * collected, and what has one counts as not there.
 */
final class Section {
  private final ObjectNode node;
  private final List<String> path;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(ObjectNode node, List<String> path, Problems problems) {
    this.node = node;
    this.path = List.copyOf(path);
    this.problems = problems;
  }

  /** Whether the key is set, to whatever. */
  boolean has(String key) {
    known.add(key);
    return node.has(key);
  }

  /** Whether the key is set, to a table. */
  boolean isTable(String key) {
    return has(key) && node.get(key).isObject();
  }

  /** A mistake of the table as a whole. */
  void problem(String text, String hint) {
    problems.add(path, text, Optional.of(hint));
  }

  /** A mistake in the value of a key, or in that it is there. */
  void problem(String key, String text, String hint) {
    problems.add(child(key), text, Optional.of(hint));
  }

  /** {@code [volume.home]}, for people. */
  String heading() {
    return "[" + String.join(".", path) + "]";
  }

  /** {@code "jobs" in [repository.offsite]}, for people. */
  String named(String key) {
    return "\"" + key + "\"" + (path.isEmpty() ? "" : " in " + heading());
  }

  private List<String> child(String key) {
    return Stream.concat(path.stream(), Stream.of(key)).toList();
  }

  private Optional<JsonNode> get(String key) {
    return has(key) ? Optional.of(node.get(key)) : Optional.empty();
  }

  Optional<String> text(String key) {
    return get(key)
        .filter(value -> is(key, value, value.isString(), "text in quotes"))
        .map(JsonNode::stringValue)
        .filter(value -> {
          if (value.isBlank()) {
            problem(key, named(key) + " is empty", "remove it, or give it a value");
          }
          return !value.isBlank();
        });
  }

  /** Text that has a meaning of its own. */
  <T> Optional<T> parsed(String key, Function<String, T> parser) {
    return text(key).flatMap(value -> parsed(key, value, parser));
  }

  private <T> Optional<T> parsed(String key, String value, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(value));
    } catch (IllegalArgumentException e) {
      // Two parts where the parser has said both what is wrong and what to write.
      String[] said = String.valueOf(e.getMessage()).split("; ", 2);
      problem(key, named(key) + ": " + said[0], said.length == 2 ? said[1] : "write another value");
      return Optional.empty();
    }
  }

  Optional<Boolean> flag(String key) {
    return get(key)
        .filter(value -> is(key, value, value.isBoolean(), "true or false"))
        .map(JsonNode::booleanValue);
  }

  OptionalInt number(String key, int least, int most) {
    Optional<JsonNode> value =
        get(key).filter(v -> is(key, v, v.isIntegralNumber(), "a whole number"));
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!value.get().canConvertToInt()
        || value.get().intValue() < least
        || value.get().intValue() > most) {
      problem(
          key,
          named(key) + " is out of bounds: " + Problems.shortened(value.get().asString()),
          "write " + least + " to " + most);
      return OptionalInt.empty();
    }
    return OptionalInt.of(value.get().intValue());
  }

  /** Texts in a list, each parsed; empty where there is none, or where any has a mistake. */
  <T> Optional<List<T>> list(String key, Function<String, T> parser) {
    return get(key)
        .filter(value -> is(key, value, value.isArray(), "a list of texts"))
        .flatMap(value -> elements(key, value, parser));
  }

  /** The same, where one text may stand for a list of one. */
  <T> Optional<List<T>> oneOrMore(String key, Function<String, T> parser) {
    boolean one = get(key).map(JsonNode::isString).orElse(false);
    return one ? parsed(key, parser).map(List::of) : list(key, parser);
  }

  private <T> Optional<List<T>> elements(String key, JsonNode list, Function<String, T> parser) {
    List<T> elements = new ArrayList<>();
    boolean sound = true;
    for (JsonNode element : list) {
      Optional<T> parsed =
          is(key, element, element.isString(), "a list of texts")
              ? parsed(key, element.stringValue(), parser)
              : Optional.empty();
      sound &= parsed.isPresent();
      parsed.ifPresent(elements::add);
      if (!sound) {
        return Optional.empty();
      }
    }
    return Optional.of(List.copyOf(elements));
  }

  /** One of the words of an enumeration, in lower case. */
  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    List<String> words =
        Stream.of(type.getEnumConstants()).map(e -> e.name().toLowerCase(Locale.ROOT)).toList();
    return text(key)
        .flatMap(value -> {
          if (!words.contains(value)) {
            problem(
                key,
                named(key) + " is \"" + Problems.shortened(value) + "\"",
                Similar.to(value, words)
                    .map(word -> "did you mean \"" + word + "\"?")
                    .orElse("write one of: " + String.join(", ", words)));
            return Optional.empty();
          }
          return Optional.of(Enum.valueOf(type, value.toUpperCase(Locale.ROOT)));
        });
  }

  Optional<Section> table(String key) {
    return get(key)
        .filter(value ->
            is(key, value, value.isObject(), "a table, [" + String.join(".", child(key)) + "]"))
        .map(value -> new Section(value.asObject(), child(key), problems));
  }

  /** Tables by names that the user chose. */
  Map<String, Section> tables(String key) {
    Map<String, Section> tables = new LinkedHashMap<>();
    Optional<JsonNode> value = get(key);
    if (value.isPresent()
        && is(key, value.get(), value.get().isObject(), "tables, [" + key + ".NAME]")) {
      Section names = new Section(value.get().asObject(), child(key), problems);
      for (String name : value.get().propertyNames()) {
        JsonNode each = value.get().get(name);
        String wanted = "a table, [" + String.join(".", names.child(name)) + "]";
        if (names.is(name, each, each.isObject(), wanted)) {
          tables.put(name, new Section(each.asObject(), names.child(name), problems));
        }
      }
    }
    return tables;
  }

  private boolean is(String key, JsonNode value, boolean right, String wanted) {
    if (!right) {
      problem(key, named(key) + " is " + kind(value), "it has to be " + wanted);
    }
    return right;
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "text";
      case BOOLEAN -> "true or false";
      case NUMBER -> "a number";
      case ARRAY -> "a list of other things";
      case OBJECT -> "a table";
      default -> "something else";
    };
  }

  /** Refuses what was not asked for. */
  void refuseOthers() {
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        problems.add(
            child(key),
            "unknown key " + named(Problems.shortened(key)),
            Optional.of(
                Similar.to(key, known)
                    .map(similar -> "did you mean \"" + similar + "\"?")
                    .orElse("known are: " + String.join(", ", known))));
      }
    }
  }
}
